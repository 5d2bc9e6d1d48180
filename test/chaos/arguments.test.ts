import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { helpOn, readArguments } from '../../chaos/arguments.ts';
import type { Drill, Length } from '../../chaos/drill.ts';
import { drills } from '../../chaos/drills.ts';
import { UsageError } from '../../src/cli/exit-code.ts';

const drill = (name: string, usual: Partial<Length>): Drill => ({
  name,
  what: `It is ${name}.`,
  usual: usual as Length,
  run: async () => ({ figures: [], broken: [] }),
});
const all = [drill('short', { rounds: 3 }), drill('both', { rate: 20, brokers: ['embedded', 'rabbitmq'] })];

/** The names of the drills that these words ask for, and how long each is. */
function wanted(...words: string[]) {
  const read = readArguments(words, all);
  return read.help ? 'help' : read.drills.map(({ drill, length }) => [drill.name, length]);
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

test('every drill is run, as long as it usually is, unless some are named', () => {
  assert.equal(wanted(), [
    ['short', { rounds: 3 }],
    ['both', { rate: 20, brokers: ['embedded', 'rabbitmq'] }],
  ]);
  assert.equal(wanted('short'), [['short', { rounds: 3 }]]);
});

test('a drill is given what it was told, and nothing that means nothing to it', () => {
  assert.equal(wanted('--rounds', '50', '--broker', 'embedded'), [
    ['short', { rounds: 50 }],
    ['both', { rate: 20, brokers: ['embedded'] }],
  ]);
});

test('what cannot be done is said in a sentence', () => {
  assert.is(refusalOf('long'), 'There is no drill "long". The drills are short, both.');
  assert.is(refusalOf('short', '--minutes', '3'), '--minutes means nothing to short.');
  assert.is(refusalOf('--rounds', '1.5'), '--rounds must be a whole number above 0, not "1.5".');
  assert.is(refusalOf('--rate', '-'), '--rate must be a number above 0, not "-".');
  assert.is(refusalOf('--broker', 'kafka'), '--broker is embedded or rabbitmq, not "kafka".');
  assert.match(refusalOf('--sooner'), /^Unknown option '--sooner'\. See npm run chaos -- --help\.$/);
});

test('the help begins with examples and names every drill that there is', () => {
  assert.is(wanted('--help'), 'help');
  const help = helpOn(drills);
  assert.match(help, /^npm run chaos {2}/);
  for (const { name, what } of drills) assert.ok(help.includes(`${name} `) && help.includes(what), name);
});

test.run();
