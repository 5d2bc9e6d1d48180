import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dueTimes } from '../../src/simulation/arrivals.ts';
import { randomFrom } from '../../src/simulation/random.ts';
import type { Arrivals } from '../../src/simulation/script.ts';

const test = suite('arrivals');

/** All that are due before `untilMs`. */
function due(arrivals: Arrivals, untilMs: number, forMs: number | undefined = untilMs, seed = 1): number[] {
  const times: number[] = [];
  for (const at of dueTimes(arrivals, forMs, randomFrom(seed))) {
    if (at >= untilMs) return times;
    times.push(at);
  }
  throw new Error('They come without end.');
}

const within = (times: readonly number[], fromMs: number, toMs: number) =>
  times.filter((at) => at >= fromMs && at < toMs).length;
const near = (is: number, should: number, by: number, what: string) =>
  assert.ok(Math.abs(is - should) <= by, `${what}: ${is}, not about ${should}`);

test('at a constant rate they come evenly, the first one at once', () => {
  assert.equal(due({ rate: 4 }, 1_000), [0, 250, 500, 750]);
});

test('without a known end they go on coming', () => {
  const times = due({ rate: 10 }, 60_000, undefined);
  assert.is(times.length, 600);
});

test('on a ramp as many come as its mean rate brings, and more at its end than at its start', () => {
  const times = due({ from: 10, to: 50 }, 10_000);
  near(times.length, 300, 1, 'in all');
  near(within(times, 0, 1_000), 12, 1, 'in the first second');
  near(within(times, 9_000, 10_000), 48, 1, 'in the last second');
});

test('a ramp may fall as well', () => {
  const times = due({ from: 50, to: 10 }, 10_000);
  near(times.length, 300, 1, 'in all');
  near(within(times, 0, 1_000), 48, 1, 'in the first second');
});

test('a peak is a higher rate for a while, and no time of it is lost or doubled', () => {
  const times = due({ rate: 10, peak: 200, at: 2_000, lasts: 1_000 }, 6_000);
  near(within(times, 0, 2_000), 20, 1, 'before');
  near(within(times, 2_000, 3_000), 200, 1, 'meanwhile');
  near(within(times, 3_000, 6_000), 30, 1, 'afterwards');
});

test('they come in order, whatever the shape', () => {
  const shapes: Arrivals[] = [
    { rate: 50, poisson: true },
    { from: 5, to: 100, poisson: true },
    { rate: 5, peak: 100, at: 1_000, lasts: 500, poisson: true },
    { from: 90, to: 5 },
  ];
  for (const shape of shapes) {
    const times = due(shape, 5_000);
    assert.equal(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(times.every((at) => at >= 0));
  }
});

test('a Poisson process has the mean and the variance that it must have', () => {
  const perSecond: number[] = [];
  const times = due({ rate: 20, poisson: true }, 2_000_000);
  for (const at of times) perSecond[Math.floor(at / 1_000)] = (perSecond[Math.floor(at / 1_000)] ?? 0) + 1;
  const counts = Array.from({ length: 2_000 }, (_, i) => perSecond[i] ?? 0);
  const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / counts.length;
  near(mean, 20, 0.5, 'the mean');
  near(variance, 20, 2, 'the variance, which is the mean');
});

test('a Poisson process comes the same for the same seed, and another way for another one', () => {
  const one = due({ rate: 20, poisson: true }, 10_000, undefined, 7);
  assert.equal(due({ rate: 20, poisson: true }, 10_000, undefined, 7), one);
  assert.not.equal(due({ rate: 20, poisson: true }, 10_000, undefined, 8), one);
});

test.run();
