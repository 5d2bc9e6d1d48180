import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawJourney, journeyFile } from '../../scripts/draw-journey.ts';
import { baedal } from '../harness/baedal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');

/** Every document, by its path from the project's folder. */
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];

const codeBlocks = (text: string): string[] =>
  [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);

/** The command lines of baedal that a document shows in its code blocks, each as its words. */
const commandLines = (name: string): string[][] =>
  codeBlocks(read(name))
    .flatMap((code) => code.split('\n'))
    .flatMap((line) => /^(?:\$ )?(?:\w+=\S+ )*(?:node bin\/)?baedal(?:\.js)? (.*)$/.exec(line)?.[1] ?? [])
    .map((line) => line.replace(/ +[#&|<>].*$/, '').split(/ +/));

const helps = new Map<string, Promise<string>>();
function helpOf(path: readonly string[]): Promise<string> {
  const name = path.join(' ');
  if (!helps.has(name))
    helps.set(
      name,
      baedal([...path, '--help']).then(({ stdout }) => stdout),
    );
  return helps.get(name)!;
}

/** The subcommands that a help text lists. */
const listed = (help: string): string[] =>
  [...(help.split(/^Commands:$/m)[1] ?? '').matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name!);

test('docs/journey.md says what the handler tables say', () => {
  assert.ok(
    existsSync(journeyFile) && readFileSync(journeyFile, 'utf8') === drawJourney(),
    'docs/journey.md is out of date. Run `npm run journey` and commit what it writes.',
  );
});

test('every command and flag that the documents show is there', async () => {
  const shown = ['README.md', 'CONTRIBUTING.md'].flatMap(commandLines);
  assert.ok(shown.length > 10, 'the commands of README.md were not found');
  for (const words of shown) {
    const line = `baedal ${words.join(' ')}`;
    const path: string[] = [];
    let help = await helpOf(path);
    for (const word of words) {
      if (listed(help).length === 0 || word.startsWith('-')) break;
      assert.ok(listed(help).includes(word), `there is no such command: ${line}`);
      path.push(word);
      help = await helpOf(path);
    }
    for (const flag of words.filter((word) => /^--?[a-z]/.test(word)))
      assert.match(help, new RegExp(`(^|[\\s,])${flag}\\b`), `there is no such flag as ${flag}: ${line}`);
  }
});

test('every script that the documents show is in package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const name of documents)
    for (const [, script] of read(name).matchAll(/\bnpm run ([\w:-]+)/g))
      assert.ok(script! in scripts, `${name} shows npm run ${script}, which package.json does not have`);
});

test('every relative link leads to a file', () => {
  for (const name of documents) {
    for (const [, target] of read(name).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(#|[a-z]+:)/.test(target!)) continue;
      const file = join(root, dirname(name), decodeURIComponent(target!.replace(/#.*$/, '')));
      assert.ok(existsSync(file), `${name} links to ${target}, which is not there`);
    }
  }
});

test('no document is left in the middle of a merge', () => {
  for (const name of documents) assert.not.match(read(name), /^(<<<<<<<|\| =======|>>>>>>>|> > > > > > >)/m, name);
});

test.run();
