import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failureText } from '../../simulator/report.ts';
import { shrink } from '../../simulator/shrink.ts';
import { type Options, type Run, simulate } from '../../simulator/simulate.ts';
import { refundsUnguarded } from './mutants.ts';

const options: Options = { tamper: refundsUnguarded };

async function firstBroken(): Promise<Run> {
  for (let seed = 1; seed < 3_000; seed++) {
    const run = await simulate(seed, options);
    if (run.broken.length > 0) return run;
  }
  throw new Error('No world is broken.');
}

test('a world that breaks a rule shrinks to a plain story that breaks the same rule', async () => {
  const found = await firstBroken();
  const plain = await shrink(found, options);
  assert.is(plain.broken[0]?.rule, found.broken[0]?.rule);
  assert.ok(plain.departures.length <= 8, `what is left: ${plain.departures.join('; ')}`);
  assert.ok(plain.departures.length < found.departures.length);
  const refunds = plain.story.filter((line) => /gives the money of .* back/.test(line));
  assert.is(refunds.length, 2);

  const text = failureText(plain);
  assert.match(text, /The money of order-\d was given back 2 times\./);
  assert.match(text, /^ {4}1\. \+0\.000 s {2}/m);
  assert.match(text, `npm run simulate:seeds -- --seeds 1 --from ${found.seed}`);
});

test.run();
