import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawJourney, journeyFile } from '../../scripts/draw-journey.ts';
import { mistakesIn } from './commands.ts';

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

test('docs/journey.md says what the handler tables say', () => {
  assert.ok(
    existsSync(journeyFile) && readFileSync(journeyFile, 'utf8') === drawJourney(),
    'docs/journey.md is out of date. Run `npm run journey` and commit what it writes.',
  );
});

test('every command and flag that the documents show is there', async () => {
  for (const name of documents.filter((name) => !/^(CHANGELOG|docs\/adr\/)/.test(name)))
    for (const words of commandLines(name))
      assert.equal(await mistakesIn(words), [], `${name}: baedal ${words.join(' ')}`);
  assert.ok(commandLines('README.md').length > 10, 'the commands of README.md were not found');
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
