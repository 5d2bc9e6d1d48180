import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { helpOn, readArguments } from '../../bench/arguments.ts';
import type { Length, Part } from '../../bench/part.ts';
import { parts } from '../../bench/parts.ts';
import { UsageError } from '../../src/cli/exit-code.ts';
import { spawnScript } from '../harness/baedal.ts';

const command = fileURLToPath(new URL('../../bench/bench.ts', import.meta.url));

const part = (name: string, usual: Partial<Length>, full: Partial<Length> = {}): Part => ({
  ...{ name, usual, full },
  what: `It is ${name}.`,
  run: async () => {},
});
const all = [part('fast', { orders: 300, rounds: 3 }, { orders: 9_000 }), part('wide', { inFlight: 40 })];

/** The names of the parts that these words ask for, and how long each is. */
function wanted(...words: string[]) {
  const read = readArguments(words, all);
  return read.help ? 'help' : read.parts.map(({ part, length }) => [part.name, length]);
}

function refusalOf(...words: string[]): string {
  try {
    readArguments(words, all);
  } catch (error) {
    assert.instance(error, UsageError);
    return (error as Error).message;
  }
  return 'nothing';
}

test('every part is measured, as long as it usually is, unless some are named', () => {
  assert.equal(wanted(), [
    ['fast', { orders: 300, rounds: 3 }],
    ['wide', { inFlight: 40 }],
  ]);
  assert.equal(wanted('wide'), [['wide', { inFlight: 40 }]]);
});

test('a part is as long as it was told, then as it is in full', () => {
  assert.equal(wanted('fast', '--full'), [['fast', { orders: 9_000, rounds: 3 }]]);
  assert.equal(wanted('--full', '--orders', '70', '--in-flight', '8'), [
    ['fast', { orders: 70, rounds: 3 }],
    ['wide', { inFlight: 8 }],
  ]);
});

test('figures are kept, written, or taken from an earlier run', () => {
  const kept = readArguments(['fast', '--json', 'a.json', '--write'], all);
  assert.ok(!kept.help && kept.json === 'a.json' && kept.write && kept.from === undefined);
  const taken = readArguments(['--from', 'a.json', '--write'], all);
  assert.ok(!taken.help && taken.from === 'a.json' && taken.write && taken.parts.length === 0);
});

test('what cannot be done is said in a sentence', () => {
  assert.is(refusalOf('slow'), 'There is no part "slow". The parts are fast, wide.');
  assert.is(refusalOf('wide', '--rounds', '3'), '--rounds means nothing to wide.');
  assert.is(refusalOf('--rounds', '1.5'), '--rounds must be a whole number above 0, not "1.5".');
  assert.is(refusalOf('--from', 'a.json'), '--from says where the figures are that --write is to write; give both.');
  assert.match(refusalOf('fast', '--from', 'a.json', '--write'), /^With --from nothing is measured/);
  assert.is(refusalOf('--sooner'), "Unknown option '--sooner'. See npm run bench -- --help.");
});

test('the command says it on stderr, and ends with 2', async () => {
  const { code, stdout, stderr } = await spawnScript(command, ['journeys', '--minutes', '3']).ended;
  assert.equal([code, stdout, stderr], [2, '', '--minutes means nothing to journeys.\n']);
});

test('the help begins with examples and names every part that there is', () => {
  assert.is(wanted('--help'), 'help');
  const help = helpOn(parts);
  assert.match(help, /^npm run bench {2}/);
  for (const { name, what } of parts) assert.ok(help.includes(`${name} `) && help.includes(what), name);
});

test.run();
