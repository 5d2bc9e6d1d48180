import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Evidence, judge } from '../../src/simulation/judge.ts';
import type { Totals } from '../../src/simulation/report.ts';

const test = suite('the judge of a script');

const totals: Totals = {
  offered: 100,
  placed: 80,
  deferred: 5,
  refused: { busy: 6, REJECT_CARD_COMPANY: 4 },
  unanswered: { 'timed-out': 5 },
  placedPerSecond: 8,
  availability: 0.89,
  placedMs: { count: 80, mean: 20, p50: 18, p90: 30, p99: 44, max: 90 },
  turnedAwayMs: null,
};
const evidence: Evidence = { totals, outcomes: { delivered: 81, cancelled: 4 } };

const one = (expected: Parameters<typeof judge>[0], on: Evidence = evidence) => judge(expected, on)[0]!;

test('what is as it should be is kept, to the very bound', () => {
  assert.is(one({ placed: { atLeast: 80 } }).kept, true);
  assert.is(one({ placed: { atLeast: 81 } }).kept, false);
  assert.is(one({ placedP99: { atMost: 44 } }).kept, true);
  assert.is(one({ placedP99: { atMost: 43 } }).kept, false);
});

test('shares are said in percent', () => {
  const { what, is, unit, atLeast, kept } = one({ availability: { atLeast: 0.9 } });
  assert.equal([what, Math.round(is!), unit, atLeast, kept], ['availability', 89, '%', 90, false]);
});

test('whose card did not pay later was not left without a meal by the platform', () => {
  assert.is(one({ served: { atLeast: 0.9 } }).is, (100 * 81) / 92);
  assert.is(one({ served: { atLeast: 0.9 } }, { ...evidence, declinedLater: 2 }).is, 90);
});

test('refusals are told apart: turned away, and anything else', () => {
  assert.is(one({ turnedAway: { atMost: 6 } }).is, 6);
  assert.is(one({ refused: { atMost: 4 } }).is, 4);
  assert.is(one({ unanswered: { atMost: 0 } }).kept, false);
});

test('served is who got a meal, of those whom neither their card nor their own wish kept from it', () => {
  // 100 came; 4 have a card that does not pay and 4 thought again; 6 were turned away and 5 heard nothing.
  assert.is(Math.round(one({ served: { atLeast: 1 } }).is! * 10) / 10, Math.round((8_100 / 92) * 10) / 10);
});

test('where nothing was measured no promise is kept', () => {
  const { is, kept } = one({ turnedAwayMax: { atMost: 50 } });
  assert.is(is, undefined);
  assert.is(kept, false);
  assert.is(one({ capacityUsed: { atLeast: 0.9 } }).kept, false);
  assert.is(one({ capacityUsed: { atLeast: 0.9 } }, { ...evidence, capacityUsed: 0.95 }).kept, true);
  assert.is(one({ deliveredP99: { atMost: 5 } }).kept, false);
});

test('what is about a phase says so', () => {
  assert.is(judge({ placed: { atLeast: 1 } }, evidence, 'rush')[0]!.phase, 'rush');
  assert.not.ok('phase' in one({ placed: { atLeast: 1 } }));
});

test.run();
