import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Evidence, judge, type Verdict } from '../../chaos/judge.ts';
import type { Promised } from '../../chaos/promised.ts';
import { findOrder } from '../../src/readmodel/find-order.ts';
import type { JournalEvent } from '../../src/readmodel/order-fold.ts';
import type { LedgerLine } from '../harness/psp.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { cancelled, delivered, folded } from '../readmodel/stories.ts';

const paid = 38_000;
const captured: LedgerLine = { at: 1, kind: 'captured', orderId: 'a', paymentKey: 'p', amountWon: paid };
const givenBack: LedgerLine = { ...captured, kind: 'cancelled' };
const toldPlaced: Promised = {
  orderId: 'a',
  askedAt: 1,
  answer: { outcome: 'done', orderId: 'a', status: 'placed' },
  settledAt: 2,
};
const refusal = (code: string) => ({ outcome: 'refused', orderId: 'a', code, reason: 'No.' }) as const;

/** What is said of one order, and how many of each kind of sentence there are. */
function judged(promised: Promised, events: JournalEvent[], evidence: Partial<Evidence> = {}) {
  const folder = tempFolder();
  const { db } = folded(folder.path, events);
  const story = findOrder(db, 'a');
  const verdict = judge([promised], { story: () => story, ledger: [captured], sent: [], crashes: 0, ...evidence });
  db.close();
  folder.remove();
  return verdict;
}

const counts = ({ lost, doubled, broken }: Verdict) => [lost.length, doubled.length, broken.length];
const nothing = { lost: [], doubled: [], broken: [], sentAgain: 0 };

test('an order that was told placed, and was delivered and paid once, is in order', () => {
  assert.equal(judged(toldPlaced, delivered('a')), nothing);
});

test('so is one that was cancelled and refunded once', () => {
  const promised = { ...toldPlaced, cancelAnswer: { outcome: 'done', orderId: 'a', status: 'cancelled' } as const };
  assert.equal(judged(promised, cancelled('a'), { ledger: [captured, givenBack] }), nothing);
});

test('an order that was told placed and that nobody has heard of is lost', () => {
  assert.equal(counts(judged(toldPlaced, [], { ledger: [] })), [1, 0, 0]);
});

test('so is one that was not placed, and one that has never ended', () => {
  assert.match(judged(toldPlaced, delivered('a').slice(0, 2)).lost[0]!, 'never was');
  assert.match(judged(toldPlaced, delivered('a').slice(0, 6)).lost[0]!, 'never came to an end');
});

test('a customer who was told nothing was promised nothing', () => {
  assert.equal(judged({ orderId: 'a', askedAt: 1, failure: 'timed-out' }, [], { ledger: [] }), nothing);
});

test('an effect that happened twice is doubled: a charge, a refund, a placing, a message', () => {
  const [received, approved, placed, sent, ...rest] = delivered('a');
  const again = (event: JournalEvent) => ({ ...event, id: `${event.id}-again` });
  const twice = [again(placed!), again(sent!)];
  const { doubled } = judged(toldPlaced, [received!, approved!, placed!, sent!, ...twice, ...rest], {
    ledger: [captured, captured, givenBack, givenBack, captured],
  });
  assert.equal(
    doubled.map((sentence) => sentence.slice(0, sentence.indexOf(':'))),
    [
      'The order a was charged 3 times',
      'The order a was refunded 2 times',
      'The order a has OrderPlaced more than once',
      'The order a has kim being told placed more than once',
    ],
  );
});

test('who was told no, and is delivered to or has paid, was lied to', () => {
  const toldNo = { ...toldPlaced, answer: refusal('declined') };
  assert.equal(counts(judged(toldNo, delivered('a'))), [0, 0, 1]);
  assert.equal(counts(judged(toldNo, cancelled('a'))), [0, 0, 1]);
  assert.equal(judged(toldNo, cancelled('a'), { ledger: [captured, givenBack] }), nothing);
});

test('who was told cancelled gets no meal, and who was told too late does', () => {
  const toldCancelled = {
    ...toldPlaced,
    cancelAnswer: { outcome: 'done', orderId: 'a', status: 'cancelled' } as const,
  };
  assert.equal(counts(judged(toldCancelled, delivered('a'))), [0, 0, 1]);
  const tooLate = { ...toldPlaced, cancelAnswer: refusal('too-late') };
  assert.equal(judged(tooLate, delivered('a')), nothing);
  assert.equal(counts(judged(tooLate, cancelled('a'), { ledger: [captured, givenBack] })), [0, 0, 1]);
});

test('a meal that was delivered and is not paid for is found', () => {
  assert.equal(counts(judged(toldPlaced, delivered('a'), { ledger: [] })), [0, 0, 1]);
});

test('a message may come once more for each crash, and no more than that', () => {
  const sent = ['kim ← placed', 'kim ← placed', 'kim ← cooked'];
  assert.equal(judged(toldPlaced, delivered('a'), { sent, crashes: 1 }), { ...nothing, sentAgain: 1 });
  assert.equal(counts(judged(toldPlaced, delivered('a'), { sent })), [0, 1, 0]);
});

test.run();
