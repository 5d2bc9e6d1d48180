import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failureText } from '../../simulator/report.ts';
import { shrink } from '../../simulator/shrink.ts';
import { type Options, type Run, simulate } from '../../simulator/simulate.ts';
import { surveySeeds } from '../../simulator/survey.ts';
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

test('whoever stops a survey or a shrinking need not wait for all of its worlds', async () => {
  const stopped = () => {
    const stop = new AbortController();
    setImmediate(() => stop.abort()); // as Ctrl-C does: only when the thread is given back
    return stop.signal;
  };
  const survey = await surveySeeds({ from: 1, count: 50 }, {}, stopped());
  assert.ok(survey.seeds < 5, `it went on for ${survey.seeds} worlds`);

  const found = await firstBroken();
  let worlds = 0;
  const counting: Options = {
    ...options,
    also: [
      () => {
        worlds++;
        return [];
      },
    ],
  };
  const plain = await shrink(found, counting, 500, stopped());
  assert.ok(worlds < 5, `it went on for ${worlds} worlds`);
  assert.is(plain.broken[0]?.rule, found.broken[0]?.rule, 'the plainest so far is what there is');
});

test.run();
