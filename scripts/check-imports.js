import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which parts of src may import which others. What stands beside the parts, see `common`, all but `apart` may import. */
const directions = {
  actors: [],
  psp: [],
  kakao: [],
  yaml: ['actors'],
  catalog: ['actors', 'yaml'],
  partners: ['actors', 'yaml'],
  broker: ['actors'],
  readmodel: ['actors'],
  audit: ['actors'],
  client: ['actors', 'broker'],
  http: ['actors', 'broker', 'readmodel', 'client'],
  simulation: ['actors', 'yaml', 'catalog', 'partners', 'broker', 'readmodel'],
  gateway: ['actors', 'yaml', 'partners'],
  cli: [
    'actors',
    'catalog',
    'partners',
    'broker',
    'readmodel',
    'client',
    'http',
    'gateway',
    'simulation',
    'psp',
    'kakao',
    'audit',
  ],
};
const common = ['sqlite', 'errors.ts', 'cell-rate.ts'];
/** Parts that import no other file of the project, and why. */
const apart = {
  actors: 'the actors import nothing outside src/actors',
  psp: 'the payment provider shares no code with the platform',
  kakao: 'the message provider shares no code with the platform',
};

/** Packages that only these files and folders may import. */
const keepers = {
  amqplib: ['src/broker/rabbitmq/'],
  'better-sqlite3': ['src/sqlite/', 'src/broker/embedded/', 'src/broker/host/', 'src/readmodel/', 'src/partners/'],
  fastify: ['src/psp/', 'src/kakao/', 'src/http/', 'src/gateway/'],
  jose: ['src/http/'],
  chalk: ['src/cli/dashboard/', 'src/cli/doctor/'],
  ink: ['src/cli/dashboard/', 'src/cli/simulation/view/'],
  react: ['src/cli/dashboard/', 'src/cli/simulation/view/'],
};

/** Words that only these files may use. */
const words = [
  {
    word: /\bprocess\.env\b/,
    name: 'process.env',
    allowed: ['src/cli/settings.ts'],
    instead: 'take it as a parameter',
  },
  { word: /\bconsole\./, name: 'console', allowed: [], instead: 'take where to write as a parameter' },
  {
    word: /\bprocess\.exit\(/,
    name: 'process.exit',
    allowed: ['src/cli/until-signal.ts'],
    instead: 'return an exit code',
  },
];

/**
 * Every breach of the rules on who may import what, a sentence each; none where all is well.
 * @param {string} root the project's folder
 * @returns {string[]}
 */
export function brokenRules(root) {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|js)$/.test(name))
    .map((name) => `src/${name.split(path.sep).join('/')}`)
    .sort();
  const sources = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
  const graph = new Map([...sources].map(([file, source]) => [file, importsOf(file, source)]));
  return [
    ...[...graph].flatMap(([file, imports]) => imports.flatMap((to) => wrongDirection(file, to))),
    ...[...sources].flatMap(([file, source]) => [...wrongWords(file, source), ...barrel(file, source)]),
    ...circles(graph),
  ];
}

/**
 * What a file imports, types included: files of the project by their path in it, the rest by its name.
 * @param {string} file
 * @param {string} source
 * @returns {string[]}
 */
export function importsOf(file, source) {
  const found = [
    /^\s*(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /(?<!\/\/.*|\*.*)\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g,
  ].flatMap((pattern) => [...source.matchAll(pattern)].map((match) => match[1]));
  return [...new Set(found)].map((to) => (to.startsWith('.') ? path.posix.join(path.posix.dirname(file), to) : to));
}

/** @param {string} file */
const partOf = (file) => file.split('/')[1];

/**
 * @param {string} file
 * @param {string} to
 * @returns {string[]}
 */
function wrongDirection(file, to) {
  const part = partOf(file);
  const breach = (/** @type {string} */ rule) => [`${file} imports ${to}: ${rule}.`];
  if (!to.startsWith('src/'))
    return to.startsWith('..') || to.includes('/../') ? breach('it is outside src') : wrongPackage(file, to);

  const other = partOf(to);
  if (part === other) return [];
  const why = /** @type {Record<string, string>} */ (apart)[part];
  if (why) return breach(why);
  if (common.includes(other)) return [];
  if (common.includes(part)) return breach(`src/${part} serves every part and knows none`);
  const allowed = /** @type {Record<string, string[]>} */ (directions)[part];
  if (!allowed) return breach(`src/${part} is no part that scripts/check-imports.js knows`);
  return allowed.includes(other) ? [] : breach(`src/${part} may import ${allowed.join(', ') || 'nothing'}`);
}

/**
 * @param {string} file
 * @param {string} to
 * @returns {string[]}
 */
function wrongPackage(file, to) {
  if (partOf(file) === 'actors') return [`${file} imports ${to}: ${apart.actors}.`];
  const allowed = /** @type {Record<string, string[]>} */ (keepers)[to];
  if (!allowed || allowed.some((place) => file.startsWith(place))) return [];
  return [`${file} imports ${to}: only ${allowed.join(', ')} may.`];
}

/**
 * @param {string} file
 * @param {string} source
 * @returns {string[]}
 */
function wrongWords(file, source) {
  return words
    .filter(({ allowed }) => !allowed.includes(/** @type {never} */ (file)))
    .flatMap(({ word, name, instead }) =>
      source.split('\n').flatMap((line, index) => {
        const code = line.replace(/^\s*(\/\/|\/?\*).*|\s\/\/ .*$/, '');
        return word.test(code) ? [`${file}:${index + 1} uses ${name}: ${instead}.`] : [];
      }),
    );
}

/**
 * @param {string} file
 * @param {string} source
 * @returns {string[]}
 */
function barrel(file, source) {
  if (path.posix.basename(file).startsWith('index.')) return [`${file}: name it after what it does.`];
  const passedOn = source.match(/^export\s+(?:type\s+)?(?:\*|\{[^}]*\})[^;'"]*\bfrom\s*['"]\.{1,2}\//m);
  return passedOn ? [`${file} passes on what another file exports: import it from there.`] : [];
}

/**
 * @param {Map<string, string[]>} graph
 * @returns {string[]}
 */
function circles(graph) {
  /** @type {string[]} */
  const found = [];
  /** @type {Map<string, 'open' | 'done'>} */
  const seen = new Map();
  const visit = (/** @type {string} */ file, /** @type {string[]} */ way) => {
    if (seen.get(file) === 'open') found.push(`A circle: ${[...way.slice(way.indexOf(file)), file].join(' → ')}.`);
    if (seen.has(file)) return;
    seen.set(file, 'open');
    for (const to of graph.get(file) ?? []) if (graph.has(to)) visit(to, [...way, file]);
    seen.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

const self = fileURLToPath(import.meta.url);
if (process.argv[1] && realpathSync(process.argv[1]) === self) {
  const broken = brokenRules(path.resolve(path.dirname(self), '..'));
  for (const sentence of broken) console.error(sentence);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
