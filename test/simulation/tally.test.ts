import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Said } from '../../src/simulation/crowd.ts';
import { Tally, Times } from '../../src/simulation/tally.ts';

const test = suite('the tally');

const done = (status: string): Said => ({ outcome: 'done', orderId: 'o', status });
const refused = (code: string): Said => ({ outcome: 'refused', orderId: 'o', code, reason: '.' });

function tallied(...answers: [phase: number, said: Said, tookMs: number][]): Tally {
  const tally = new Tally(2);
  for (const [phase, said, tookMs] of answers) {
    tally.asked(phase);
    tally.answered(phase, said, tookMs);
  }
  return tally;
}

test('everything that was asked for is in one count, of its phase and of the whole', () => {
  const tally = tallied(
    [0, done('placed'), 10],
    [0, refused('busy'), 2],
    [1, done('payment-deferred'), 3],
    [1, refused('REJECT_CARD_COMPANY'), 4],
    [1, 'timed-out', 20_000],
    [1, done('placed'), 30],
  );
  const { offered, placed, deferred, refused: no, unanswered } = tally.whole(10);
  assert.equal(
    { offered, placed, deferred, no, unanswered },
    { offered: 6, placed: 2, deferred: 1, no: { busy: 1, REJECT_CARD_COMPANY: 1 }, unanswered: { 'timed-out': 1 } },
  );
  assert.is(tally.phase(0, 5).offered, 2);
  assert.is(tally.phase(1, 5).placed, 1);
});

test('a card that does not pay is its customer’s affair; to be turned away, or not answered, is not', () => {
  assert.is(tallied([0, done('placed'), 1], [0, refused('REJECT_CARD_COMPANY'), 1]).whole(1).availability, 1);
  for (const said of [refused('busy'), refused('expired'), refused('payment-unknown'), 'timed-out'])
    assert.is(tallied([0, done('placed'), 1], [0, said, 1]).whole(1).availability, 0.5, JSON.stringify(said));
});

test('who still waits has not been failed', () => {
  const tally = tallied([0, done('placed'), 1]);
  tally.asked(0);
  assert.is(tally.whole(1).availability, 1);
  assert.is(new Tally(1).whole(1).availability, 1);
});

test('orders placed a second go by the time that customers came for', () => {
  assert.is(tallied([0, done('placed'), 1], [0, done('placed'), 1]).whole(4).placedPerSecond, 0.5);
  assert.is(new Tally(1).whole(0).placedPerSecond, 0);
});

test('the time of those who were turned away is not mixed with that of those who were served', () => {
  const { placedMs, turnedAwayMs } = tallied([0, done('placed'), 500], [0, refused('busy'), 5]).whole(1);
  assert.is(placedMs!.count, 1);
  assert.ok(placedMs!.p50 > 400);
  assert.ok(turnedAwayMs!.max < 6);
});

test('a second is what happened since the last one', () => {
  const tally = tallied([0, done('placed'), 10], [1, refused('busy'), 1], [1, 'timed-out', 9]);
  const { placedMs, ...counts } = tally.takeSecond();
  assert.equal(counts, { offered: 3, placed: 1, deferred: 0, turnedAway: 1, refused: 0, unanswered: 1 });
  assert.ok(placedMs!.p50 > 9);
  assert.equal(tally.takeSecond(), {
    offered: 0,
    placed: 0,
    deferred: 0,
    turnedAway: 0,
    refused: 0,
    unanswered: 0,
    placedMs: null,
  });
  assert.is(tally.whole(1).offered, 3, 'the whole is kept');
});

test('quantiles are true to three figures, and a rare slow one is not lost', () => {
  const times = new Times();
  for (let ms = 1; ms <= 10_000; ms++) times.record(ms);
  times.record(60_000);
  const { count, mean, p50, p90, p99, max } = times.quantiles()!;
  const about = (is: number, should: number) =>
    assert.ok(Math.abs(is - should) / should < 0.002, `${is}, not ${should}`);
  assert.is(count, 10_001);
  about(mean, 5_006);
  about(p50, 5_000);
  about(p90, 9_000);
  about(p99, 9_900);
  about(max, 60_000);
});

test('where nothing was timed there is nothing to say', () => {
  assert.is(new Times().quantiles(), null);
});

test.run();
