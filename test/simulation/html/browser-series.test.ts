import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inFlight } from '../../../src/cli/statuses.ts';
import {
  breakerStretches,
  decades,
  highest,
  inFlightOf,
  type Line,
  latencyOf,
  lonely,
  padded,
  spansDecades,
  stacked,
  throughputOf,
} from '../../../src/simulation/html/browser/series.js';
import type { Sample } from '../../../src/simulation/report.ts';

const test = suite('what the charts draw');

const second = (atS: number, more: Partial<Sample> = {}): Sample => ({
  atS,
  offered: 0,
  placed: 0,
  deferred: 0,
  turnedAway: 0,
  refused: 0,
  unanswered: 0,
  delivered: 0,
  cancelled: 0,
  placedMs: null,
  waiting: 0,
  inFlight: {},
  breaker: 'closed',
  ...more,
});
const line = (...values: (number | null)[]): Line => ({ key: 'a', label: 'a', how: 'mean', values });
const keys = (lines: Line[]) => lines.map(({ key }) => key);

test('throughput has a line for everything that can come of asking; deferred and cancelled only where there are some', () => {
  const usual = ['offered', 'placed', 'delivered', 'turnedAway', 'refused', 'unanswered'];
  assert.equal(keys(throughputOf([second(1)])), usual);
  assert.equal(keys(throughputOf([second(1), second(2, { cancelled: 1 })])), [...usual, 'cancelled']);
  assert.equal(throughputOf([second(1, { placed: 3 }), second(2, { placed: 5 })])[1]!.values, [3, 5]);
});

test('latency has a gap where nothing was placed', () => {
  const [p50, , max] = latencyOf([second(1, { placedMs: { p50: 5, p99: 8, max: 9 } }), second(2)]);
  assert.equal(p50!.values, [5, null]);
  assert.equal(max!.values, [9, null]);
});

test('orders in flight lie on each other in the order of their way, those nobody knows on top', () => {
  const lines = inFlightOf([
    second(1, { inFlight: { cooked: 4, 'awaiting-payment': 1 } }),
    second(2, { inFlight: { ['teleported' as 'cooked']: 7, placed: 2 } }),
  ]);
  assert.equal(keys(lines), ['awaiting-payment', 'placed', 'cooked', 'teleported']);
  assert.equal(stacked(lines), [
    [1, 0],
    [1, 2],
    [5, 2],
    [5, 9],
  ]);
});

test('orders that are under way come in the order in which the program shows them elsewhere', () => {
  const backwards = Object.fromEntries(inFlight.toReversed().map((status) => [status, 1]));
  assert.equal(keys(inFlightOf([second(1, { inFlight: backwards })])), inFlight);
});

test('a hidden line takes no room in a stack, and nothing is stacked where nothing is known', () => {
  const lines = [line(1, 2, null), line(10, 20, null), line(100, 200, null)];
  assert.equal(
    stacked(lines, (i) => i !== 1),
    [
      [1, 2, null],
      [1, 2, null],
      [101, 202, null],
    ],
  );
});

test('stretches of the breaker begin with the second at whose end it was so, and end when it is closed', () => {
  const samples = (['closed', 'open', 'open', 'half-open', 'closed', 'open'] as const).map((breaker, i) =>
    second(i + 1, { breaker }),
  );
  assert.equal(breakerStretches(samples), [
    { fromS: 1, toS: 3, state: 'open' },
    { fromS: 3, toS: 4, state: 'half-open' },
    { fromS: 5, toS: 6, state: 'open' },
  ]);
  assert.equal(breakerStretches([]), []);
});

test('a logarithmic scale is for what spans two decades; zero and gaps do not count', () => {
  assert.not(spansDecades([line(5, 499)]));
  assert.ok(spansDecades([line(5, null, 0), line(500)]));
  assert.not(spansDecades([line(0, null)]));
  assert.not(spansDecades([]));
});

test('the marks of a logarithmic scale are decades; where they are few, also twice and five times as much', () => {
  assert.equal(decades([1, 2, 3, 10, 20, 100, 1_000]), [1, null, null, 10, null, 100, 1_000]);
  assert.equal(decades([10, 20, 30, 40, 50, 100, null]), [10, 20, null, null, 50, 100, null]);
});

test('values that no line leads to are found', () => {
  assert.equal(lonely([1, null, 2, null, 3, 4, null]), [0, 2]);
  assert.equal(lonely([1, null, 2, null, 3], 1, 2), [2]);
  assert.equal(lonely([]), []);
});

test('the highest of no value is none', () => {
  assert.is(highest([null, 3, 0, null]), 3);
  assert.is(highest([0]), 0);
  assert.is(highest([null]), null);
});

test('lines reach from the start of the run to its end', () => {
  assert.equal(padded([second(1), second(2)], [line(3, 4)], 5.5), {
    times: [0, 1, 2, 5.5],
    lines: [line(null, 3, 4, null)],
  });
  assert.equal(padded([second(0), second(2)], [line(3, 4)], 2), { times: [0, 2], lines: [line(3, 4)] });
  assert.equal(padded([], [line()], 0), { times: [0, 1], lines: [line(null, null)] });
});

test.run();
