import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { calm, type Knobs } from '../../src/psp/knobs.ts';
import { Load } from '../../src/psp/load.ts';

/** A load under these knobs. `draws` are what chance brings, again and again. */
function load(knobs: Partial<Knobs>, ...draws: number[]): Load {
  let drawn = 0;
  return new Load(
    () => ({ ...calm, ...knobs }),
    () => draws[drawn++ % draws.length]!,
  );
}

test('the time is drawn between the least and the most', () => {
  for (const [draw, ms] of [
    [0, 400],
    [0.5, 500],
    [0.75, 550],
  ] as const)
    assert.is(load({ latencyMs: [400, 600] }, draw).enter(true)?.latencyMs, ms);
});

test('at its capacity it is as quick as ever, then slower with each one more, and full at twice of it', () => {
  const busy = load({ latencyMs: [100, 100], capacity: 2 }, 0.9);
  const entered = Array.from({ length: 5 }, () => busy.enter(true)?.latencyMs);
  assert.equal(entered, [100, 100, 150, 200, undefined]);
  assert.is(busy.inHand, 4);
  busy.leave();
  assert.is(busy.enter(true)?.latencyMs, 200);
});

test('without a capacity it is never full and never slow', () => {
  const free = load({ latencyMs: [100, 100] }, 0.9);
  for (let n = 0; n < 1_000; n += 1) assert.is(free.enter(true)?.latencyMs, 100);
});

test('each rate strikes as often as it says', () => {
  const rates = { failRate: 0.1, hangRate: 0.2, loseRate: 0.3 };
  const fateOf = (fail: number, hang: number, lose: number, writes = true) =>
    load(rates, 0, fail, hang, lose).enter(writes)?.fate;
  assert.is(fateOf(0.09, 0.9, 0.9), 'failed');
  assert.is(fateOf(0.1, 0.19, 0.9), 'hung');
  assert.is(fateOf(0.1, 0.2, 0.29), 'lost');
  assert.is(fateOf(0.1, 0.2, 0.29, false), 'answered');
  assert.is(fateOf(0.1, 0.2, 0.3), 'answered');
  assert.is(load({}, 0).enter(true)?.fate, 'answered', 'zero is never');
  assert.is(load({ failRate: 1 }, 0.999).enter(true)?.fate, 'failed', 'one is always');
});

test.run();
