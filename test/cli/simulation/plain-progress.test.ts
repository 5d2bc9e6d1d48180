import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stateLine, tellProgress } from '../../../src/cli/simulation/plain-progress.ts';
import type { Progress } from '../../../src/simulation/report.ts';
import { eventually } from '../../harness/eventually.ts';
import { sampleProgress } from '../../simulation/sample-progress.ts';

const never = Number.NEGATIVE_INFINITY;

test('a line has the time, the phase, what was placed and how fast, and how many are under way', () => {
  assert.is(
    stateLine(sampleProgress({ elapsedS: 25 }), 20),
    '00:25  rush  placed 944 (102/s)  refused 6  p50 12 ms  p99 41 ms  in flight 212',
  );
});

test('a second that was a long one makes nothing look quicker', () => {
  const now = sampleProgress({ elapsedS: 25 });
  const held = now.samples.filter(({ atS }) => atS <= 20 || atS === 25).map((one) => ({ ...one, placed: 100 }));
  assert.match(stateLine({ ...now, samples: held }, 20), '(20/s)');
});

test('what goes wrong is said too: who was turned away, who got no answer, and an open breaker', () => {
  const now = sampleProgress({ elapsedS: 44 });
  const line = stateLine({ ...now, totals: { ...now.totals, unanswered: { 'timed-out': 1_200, 'link-lost': 4 } } }, 40);
  assert.match(
    line,
    /^00:44 {2}rush {2}placed 2,609 \(\d+\/s\) {2}turned away 270 {2}refused 11 {2}p50 310 ms {2}p99 1\.2 s/,
  );
  assert.match(line, /in flight 212 {2}unanswered 1,204 {2}breaker open$/);
});

test('of the latencies since the last line the p50 in the middle and the longest p99 are told', () => {
  const now = sampleProgress({ elapsedS: 38 });
  assert.match(stateLine(now, 33), 'p50 310 ms  p99 1.2 s'); // two before the fault, three in it
  assert.match(stateLine(now, 32), 'p50 12 ms  p99 1.2 s');
  assert.match(stateLine(now, never), 'p50 12 ms');
});

test('before anything was measured it tells what there is, and afterwards what it is at', () => {
  const before = sampleProgress({ elapsedS: 0, samples: [], stage: { kind: 'starting', name: '' } });
  assert.is(stateLine(before, never), '00:00  starting  placed 0  in flight 0');
  assert.match(stateLine(sampleProgress({ elapsedS: 95 }), 90), /^01:35 {2}finishing {2}placed /);
  assert.match(stateLine(sampleProgress({ stage: { kind: 'auditing', name: '' } }), never), /^00:48 {2}auditing /);
});

/** Tells of a progress that the test moves on. */
function teller(everyMs: number) {
  const said: string[] = [];
  const world = { progress: sampleProgress({ elapsedS: 1 }) as Progress };
  const { stop } = tellProgress({ progress: () => world.progress, say: (line) => said.push(line), everyMs });
  return { said, world, stop };
}

test('every mark is said once, when it comes', async () => {
  const { said, world, stop } = teller(3_600_000);
  await eventually(() => assert.equal(said, ['00:00  phase: warm-up']));
  world.progress = sampleProgress({ elapsedS: 36 });
  await eventually(() => assert.is(said.length, 3));
  world.progress = sampleProgress({ elapsedS: 51 });
  await eventually(() => assert.is(said.length, 4));
  stop();
  assert.equal(said, [
    '00:00  phase: warm-up',
    '00:20  phase: rush',
    '00:35  fault: the provider fails 30 % of the charges',
    '00:50  cured: the provider fails 30 % of the charges',
  ]);
});

test('marks that came with the end are said before it stops, and nothing after it', async () => {
  const { said, world, stop } = teller(10);
  await eventually(() => assert.ok(said.length > 3));
  world.progress = sampleProgress({ elapsedS: 99 });
  stop();
  const count = said.length;
  for (const text of ['phase: rush', 'phase: calm', 'fault: the kitchen is killed'])
    assert.is(said.filter((line) => line.endsWith(text)).length, 1, text);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.is(said.length, count);
});

test('how it goes is said again and again, also while nothing is new', async () => {
  const { said, stop } = teller(10);
  await eventually(() => assert.ok(said.filter((line) => line.includes('in flight')).length >= 3));
  stop();
  assert.is(said.filter((line) => line.includes('phase:')).length, 1);
});

test.run();
