import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lang } from '../actors/notifier/texts.ts';
import { demoPace } from '../actors/pace.ts';
import type { Rules } from '../actors/rules.ts';
import { reasonOf } from '../errors.ts';
import { UsageError } from './exit-code.ts';
import type { KakaoTexts } from './kakao-settings.ts';
import { pspKeyFrom, pspUrlFrom, rulesFrom, secondsFrom } from './payment-settings.ts';

/** What every command may be told. Flags win over the environment, that over ./baedal.yaml, that over the user's file. */
export type Settings = {
  /** `sqlite:` for the embedded broker, or an AMQP address. */
  broker: string;
  /** The data folder; each broker has a folder of its own in it. */
  data: string;
  /** The catalogue that was asked for by name, if any. */
  catalog?: string;
  lang: Lang;
  /** Keeps several platforms apart on one broker. */
  namespace: string;
  json: boolean;
  /** Whether the terminal can do nothing but print, TERM=dumb. Default false. */
  dumbTerminal?: boolean;
  /** Where the payment provider is, if one was named; otherwise there is one of our own. */
  psp?: string;
  pspKey: string;
  /** What was set of KakaoTalk; see kakao-settings.ts. Default nothing. */
  kakao?: KakaoTexts;
  /** The address book that was asked for, if any. */
  contacts?: string;
  rules: Rules;
  /** How long an owner may take to answer an order, milliseconds. */
  storeDeadlineMs: number;
  /**
   * By what bearer tokens are checked over HTTP, each where it is set: a secret, in a file or as it is, or a server's public keys; and whom
   * they must be from and for.
   */
  jwt?: { secretFile?: string; secret?: string; jwks?: string; issuer?: string; audience?: string };
};

const names = [
  'broker',
  'data',
  'catalog',
  'lang',
  'namespace',
  'psp',
  'pspKey',
  'pspLive',
  'kakao',
  'kakaoKey',
  'kakaoSecret',
  'kakaoSecretFile',
  'kakaoPfid',
  'kakaoFrom',
  'kakaoFile',
  'contacts',
  'pspSettle',
  'cancelUntil',
  'payLaterFor',
  'storeDeadline',
  'jwtSecretFile',
  'jwtSecret',
  'jwks',
  'jwtIssuer',
  'jwtAudience',
] as const;
type Name = (typeof names)[number];
type Layer = { [N in Name]?: string };

/** `pspKey` is BAEDAL_PSP_KEY. */
const variableOf = (name: Name) => `BAEDAL_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

export type Flags = Layer & { json?: boolean };

/** The catalogue that comes with the program. */
export const shippedCatalog = fileURLToPath(new URL('../../data/catalog.yaml', import.meta.url));

/** The routes that come with the program. */
export const shippedGateway = fileURLToPath(new URL('../../gateway.yml', import.meta.url));

/** @throws {UsageError} a setting has a value that it cannot have, and where */
export async function settingsFrom(
  flags: Flags,
  env: NodeJS.ProcessEnv = process.env,
  cwd = process.cwd(),
): Promise<Settings> {
  const set: Layer = Object.fromEntries((await givenBy(flags, env, cwd)).map(({ name, value }) => [name, value]));
  const { broker, data, catalog, lang, namespace, psp, contacts } = set;
  if (lang !== undefined && lang !== 'ko' && lang !== 'en')
    throw new UsageError(`The language is ko or en, not "${lang}".`);
  if (namespace !== undefined && !/^[a-z0-9][a-z0-9-]{0,39}$/.test(namespace))
    throw new UsageError(`The namespace "${namespace}" may only have small letters, digits and hyphens, 40 at most.`);
  return {
    broker: broker ?? 'sqlite:',
    data: resolve(cwd, data ?? join(env['XDG_DATA_HOME'] || join(homeOf(env), '.local', 'share'), 'baedal')),
    ...(catalog !== undefined && { catalog: resolve(cwd, catalog) }),
    lang: lang ?? languageOf(env),
    namespace: namespace ?? 'baedal',
    json: flags.json === true,
    dumbTerminal: env['TERM'] === 'dumb',
    ...(psp !== undefined && { psp: pspUrlFrom(psp) }),
    pspKey: pspKeyFrom(set.pspKey, set.pspLive),
    kakao: kakaoTextsOf(set, cwd),
    ...(contacts !== undefined && { contacts: resolve(cwd, contacts) }),
    rules: rulesFrom(set),
    storeDeadlineMs: secondsFrom(set.storeDeadline, 'The time for the store to answer', demoPace.storeDeadlineMs),
    jwt: jwtOf(set, cwd),
  };
}

/** The settings of tokens as they were given; a file by its whole path. */
function jwtOf(set: Layer, cwd: string): NonNullable<Settings['jwt']> {
  const { jwtSecretFile: secretFile, jwtSecret: secret, jwks, jwtIssuer: issuer, jwtAudience: audience } = set;
  return {
    ...(secretFile !== undefined && { secretFile: resolve(cwd, secretFile) }),
    ...(secret !== undefined && { secret }),
    ...(jwks !== undefined && { jwks }),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
}

/** The settings of KakaoTalk as they were given; files by their whole path. The address `none` is as if there were none. */
function kakaoTextsOf(set: Layer, cwd: string): KakaoTexts {
  const { kakao: url, kakaoKey: key, kakaoSecret: secret, kakaoPfid: pfId, kakaoFrom: from } = set;
  const { kakaoSecretFile: secretFile, kakaoFile: file } = set;
  return {
    ...(url !== undefined && url !== 'none' && { url }),
    ...(key !== undefined && { key }),
    ...(secret !== undefined && { secret }),
    ...(secretFile !== undefined && { secretFile: resolve(cwd, secretFile) }),
    ...(pfId !== undefined && { pfId }),
    ...(from !== undefined && { from }),
    ...(file !== undefined && { file: resolve(cwd, file) }),
  };
}

/** A setting that somebody has set: how, and to what. */
export type Given = { name: Name; value: string; from: string };

/**
 * Every setting that is set, by whoever wins.
 * @throws {UsageError} a settings file cannot be used
 */
export async function givenBy(
  flags: Flags,
  env: NodeJS.ProcessEnv = process.env,
  cwd = process.cwd(),
): Promise<Given[]> {
  const userFile = join(env['XDG_CONFIG_HOME'] || join(homeOf(env), '.config'), 'baedal', 'config.yaml');
  const projectFile = join(cwd, 'baedal.yaml');
  const layers: { layer: Layer; from: (name: Name) => string }[] = [
    { layer: flags, from: (name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` },
    { layer: Object.fromEntries(names.map((name) => [name, env[variableOf(name)]])), from: variableOf },
    { layer: await readLayer(projectFile), from: () => projectFile },
    { layer: await readLayer(userFile), from: () => userFile },
  ];
  return names.flatMap((name) => {
    const winner = layers.find(({ layer }) => typeof layer[name] === 'string' && layer[name] !== '');
    return winner ? [{ name, value: winner.layer[name]!, from: winner.from(name) }] : [];
  });
}

/** What was set around this process, for who looks at that. */
export const environment = (): NodeJS.ProcessEnv => process.env;

const homeOf = (env: NodeJS.ProcessEnv): string => env['HOME'] || homedir();

async function readLayer(path: string): Promise<Layer> {
  if (!existsSync(path)) return {};
  const { parse } = await import('yaml'); // few have such a file, and everybody wants a quick start
  const wrong = (why: string, cause?: unknown) =>
    new UsageError(`${path} cannot be used: ${why}. It may set ${names.join(', ')}, each to a text.`, { cause });
  let layer: unknown;
  try {
    layer = parse(readFileSync(path, 'utf8')) ?? {};
  } catch (cause) {
    throw wrong(reasonOf(cause), cause);
  }
  if (typeof layer !== 'object' || layer === null || Array.isArray(layer)) throw wrong('it is not a list of settings');
  for (const [name, value] of Object.entries(layer)) {
    if (!names.includes(name as Name)) throw wrong(`"${name}" is no setting`);
    if (typeof value !== 'string' && typeof value !== 'number') throw wrong(`${name} is no text`);
  }
  return Object.fromEntries(Object.entries(layer).map(([name, value]) => [name, String(value)]));
}

function languageOf(env: NodeJS.ProcessEnv): Lang {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}
