import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Drill, Report } from '../../chaos/drill.ts';
import { judge } from '../../chaos/judge.ts';
import type { Promised } from '../../chaos/promised.ts';
import { promisesReport } from '../../chaos/report.ts';
import { allKept, runDrills } from '../../chaos/run-drills.ts';
import { spawnScript } from '../harness/baedal.ts';

const command = (...words: string[]) =>
  spawnScript(fileURLToPath(new URL('../../chaos/chaos.ts', import.meta.url)), words).ended;

/** Runs a drill that comes to this, and one after it. */
async function outcomesOf(run: () => Promise<Report>) {
  const said: string[] = [];
  const drill = (name: string, run: Drill['run']) => ({ name, what: 'It is made up.', usual: {}, run }) as Drill;
  const both = [drill('first', run), drill('second', async () => ({ figures: [], broken: [] }))];
  const length = { rounds: 1, rate: 1, minutes: 1, messages: 1, invocations: 1, seed: 1, brokers: [] };
  const outcomes = await runDrills(
    both.map((drill) => ({ drill, length })),
    (line) => said.push(line),
  );
  assert.equal(
    outcomes.map(({ drill }) => drill),
    ['first', 'second'],
  );
  return { kept: allKept(outcomes), outcomes, said: said.join('\n') };
}

test('a drill tells its figures, each beside what it must be', async () => {
  const figures = [
    { what: 'kills', is: 3, unit: '' },
    { what: 'orders lost', is: 0, unit: '', atMost: 0 },
  ];
  const { kept, said } = await outcomesOf(async () => ({ figures, broken: [] }));
  assert.ok(kept);
  assert.match(said, /^ {2}kills +3 *$/m);
  assert.match(said, /^ {2}orders lost +0 +≤ 0 *$/m);
  assert.match(said, '✓ every promise was kept');
});

test('a promise that was broken is told, and is a failure', async () => {
  const { kept, said } = await outcomesOf(async () => ({ figures: [], broken: ['The order a was charged 2 times.'] }));
  assert.not(kept);
  assert.match(said, '✗ The order a was charged 2 times.');
});

test('so is that nobody was promised anything', async () => {
  const declined: Promised = {
    orderId: 'a',
    askedAt: 1,
    answer: { outcome: 'refused', orderId: 'a', code: 'declined', reason: 'No.' },
  };
  const verdict = judge([declined], { story: () => undefined, ledger: [], tellers: [] });
  const { kept, said } = await outcomesOf(async () => promisesReport([declined], verdict));
  assert.not(kept);
  assert.match(said, /^ {2}orders told placed +0 +≥ 1 .*missed$/m);
  assert.match(said, '✗ No order was told placed');
});

test('so is a drill that could not be carried through; the next one is run all the same', async () => {
  const { kept, outcomes, said } = await outcomesOf(async () => {
    throw new Error('There is no RabbitMQ.');
  });
  assert.not(kept);
  assert.is(outcomes[0]!.failure, 'There is no RabbitMQ.');
  assert.match(said, '✗ It was not carried through: There is no RabbitMQ.');
});

test('the command says what it cannot do, with exit code 2, and shows its help', async () => {
  const wrong = await command('broker-frozen', '--minutes', '3');
  assert.is(wrong.code, 2);
  assert.is(wrong.stderr, '--minutes means nothing to broker-frozen.\n');
  const help = await command('--help');
  assert.is(help.code, 0);
  assert.match(help.stdout, /^npm run chaos/);
});

test.run();
