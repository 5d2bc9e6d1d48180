import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Evidence, judge, type Teller, type Verdict } from '../../chaos/judge.ts';
import type { Promised } from '../../chaos/promised.ts';
import { findOrder } from '../../src/readmodel/find-order.ts';
import type { JournalEvent } from '../../src/readmodel/order-fold.ts';
import type { LedgerLine } from '../harness/psp.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { cancelled, delivered, event, folded } from '../readmodel/stories.ts';

const paid = 38_000;
const captured: LedgerLine = { at: 1, kind: 'captured', orderId: 'a', paymentKey: 'p', amountWon: paid };
const givenBack: LedgerLine = { ...captured, kind: 'cancelled' };
const toldPlaced: Promised = {
  orderId: 'a',
  askedAt: 1,
  answer: { outcome: 'done', orderId: 'a', status: 'placed' },
  settledAt: 2,
};
const refused = [
  ...delivered('a').slice(0, 4),
  event('OrderRefused', 20, { orderId: 'a', customerId: 'kim', reason: 'closed' }),
];
const refusal = (code: string) => ({ outcome: 'refused', orderId: 'a', code, reason: 'No.' }) as const;

/** What is said of one order, and how many of each kind of sentence there are. */
function judged(promised: Promised, events: JournalEvent[], evidence: Partial<Evidence> = {}) {
  const folder = tempFolder();
  const { db } = folded(folder.path, events);
  const story = findOrder(db, 'a');
  const verdict = judge([promised], { story: () => story, ledger: [captured], tellers: [], ...evidence });
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

test('money is kept for a meal only, whatever was told, and even if nothing was', () => {
  const keeps = (promised: Promised, events: JournalEvent[]) => judged(promised, events).broken.join();
  const unanswered: Promised = { orderId: 'a', askedAt: 1, failure: 'timed-out' };
  assert.match(keeps(unanswered, []), 'is not heard of, and of it 38000 won are kept instead of 0');
  const cancelUnanswered: Promised = { ...toldPlaced, cancelAskedAt: 3, cancelFailure: 'timed-out' };
  assert.match(keeps(cancelUnanswered, cancelled('a')), 'is cancelled, and of it 38000 won are kept');
  assert.match(keeps(toldPlaced, refused), 'is refused, and of it 38000 won are kept');
  assert.equal(judged(toldPlaced, refused, { ledger: [captured, givenBack] }), nothing);
});

test('nobody is charged for an order that nobody has asked for, not even for a while', () => {
  const strange = { ...captured, orderId: 'b' };
  const ledger = [captured, strange, { ...strange, kind: 'cancelled' } as const];
  const { lost, doubled, broken } = judged(toldPlaced, delivered('a'), { ledger });
  assert.equal([lost, doubled], [[], []]);
  assert.match(broken[0]!, /^Nobody has asked for .*"orderId":"b"/);
  assert.is(broken.length, 2);
});

/** What is said of messages that these processes sent, one after the other. */
const messages = (...tellers: Teller[]) => judged(toldPlaced, delivered('a'), { tellers });
const placed = 'kim ← placed';
const others = Array.from({ length: 2_000 }, (_, n) => `kim ← ${n}`);

test('a message may come once more from another process, if the one that sent it was killed just afterwards', () => {
  const before = { lines: [...others, placed], killed: true };
  assert.equal(messages(before, { lines: [placed], killed: false }), { ...nothing, sentAgain: 1 });
  assert.equal(messages(before, { lines: [placed], killed: true }, { lines: [placed], killed: false }), {
    ...nothing,
    sentAgain: 2,
  });
});

const unexcused: [string, Teller[]][] = [
  ['one process sends it twice', [{ lines: [placed, placed], killed: true }]],
  [
    'the one that sent it before was not killed',
    [
      { lines: [placed], killed: false },
      { lines: [placed], killed: true },
    ],
  ],
  [
    'only somebody who did not send it was killed',
    [
      { lines: [], killed: true },
      { lines: [placed], killed: false },
      { lines: [placed], killed: false },
    ],
  ],
  [
    'the one that sent it was killed long afterwards',
    [
      { lines: [placed, ...others], killed: true },
      { lines: [placed], killed: false },
    ],
  ],
];
for (const [title, tellers] of unexcused)
  test(`a message that comes twice is doubled where ${title}`, () => {
    assert.equal(counts(messages(...tellers)), [0, 1, 0]);
  });

test.run();
