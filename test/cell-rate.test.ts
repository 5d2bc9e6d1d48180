import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CellRate } from '../src/cell-rate.ts';

/** One every 10 ms, on a clock that is set. */
const every10 = (burst?: number) => {
  const clock = { ms: 0 };
  const rate = new CellRate({ everyMs: 10, ...(burst !== undefined && { burst }) }, () => clock.ms);
  return { clock, rate };
};

test('without a burst each one waits for its time after the last', () => {
  const { clock, rate } = every10();
  assert.is(rate.waitMs(), 0);
  rate.take();
  assert.is(rate.waitMs(), 10);
  clock.ms = 4;
  assert.is(rate.waitMs(), 6);
  clock.ms = 10;
  assert.is(rate.waitMs(), 0);
  clock.ms = 25;
  rate.take();
  assert.is(rate.waitMs(), 10);
});

test('a burst follows at once, and then they come evenly', () => {
  const { clock, rate } = every10(3);
  const at: number[] = [];
  for (let n = 0; n < 6; n++) {
    clock.ms += rate.waitMs();
    at.push(clock.ms);
    rate.take();
  }
  assert.equal(at, [0, 0, 0, 10, 20, 30]);
});

test('a pause makes room for another burst, and a longer one for no more', () => {
  for (const [pauseMs, atOnce] of [
    [10, 1],
    [20, 2],
    [30, 3],
    [10_000, 3],
  ] as const) {
    const { clock, rate } = every10(3);
    for (let n = 0; n < 3; n++) rate.take();
    clock.ms += pauseMs;
    let taken = 0;
    for (; rate.waitMs() === 0; taken++) rate.take();
    assert.is(taken, atOnce, `after ${pauseMs} ms`);
  }
});

test('those that come too soon all the same do not make the next one wait for longer', () => {
  const { rate } = every10(3);
  for (let n = 0; n < 100; n++) rate.take();
  assert.is(rate.waitMs(), 10);
});

test.run();
