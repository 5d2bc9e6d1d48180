import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { waysForward } from '../../src/actors/messages.ts';
import { isOver, isUnpaid } from '../../src/actors/order/order-state.ts';
import { foldOrder, statusOf, unknownOrder } from '../../src/readmodel/order-fold.ts';
import { proofLength } from '../harness/proof-length.ts';
import { noon } from './given.ts';
import { type Life, live } from './world.ts';

const runs = proofLength({ short: 4_000, long: 200_000 });

/** Checks every life; the first that breaks `holds` is shrunk to the plainest one that does, and told as a story. */
function always(holds: (life: Life) => void): void {
  const numbers = fc.array(fc.nat(999), { maxLength: 150, size: 'max' });
  const property = fc.property(numbers, (list) => holds(live(list)));
  const { failed, counterexample, errorInstance, numRuns } = fc.check(property, { numRuns: runs, seed: 20_260_101 });
  if (!failed) return;
  const { story } = live(counterexample![0]);
  const told = story.map((line, i) => `${i + 1}. ${line}`);
  throw new Error(
    `${(errorInstance as Error).message}, in the ${numRuns}th life:\n${told.join('\n')}\nlive(${JSON.stringify(counterexample![0])})`,
  );
}

const count = ({ facts }: Life, type: string) => facts.filter((fact) => fact.type === type).length;

test('every order ends, and only money for a delivered meal is kept', () => {
  const seen: Record<string, number> = {};
  always((life) => {
    const { status, provider, payment } = life;
    seen[status] = (seen[status] ?? 0) + 1;
    assert.ok(status === 'none' || isOver(status as 'placed'), `it ended as ${status}`);
    assert.ok(provider.charges <= 1, 'it was charged twice');
    if (status === 'delivered')
      assert.equal([provider.captured, provider.refunded], [38_000, 0], 'delivered, and not paid');
    else assert.is(provider.refunded, provider.captured, 'money is kept for nothing');
    assert.not.match(payment, /^(authorizing|deferred|voiding|refunding)$/, 'the payment is still under way');
  });
  for (const end of ['delivered', 'rejected', 'refused', 'cancelled'])
    assert.ok((seen[end] ?? 0) > runs / 100, `only ${seen[end]} of ${runs} ended ${end}`);
});

test('an order is established only by a charge that was approved, and each of the two happens once', () => {
  always((life) => {
    const { facts } = life;
    const placedAt = facts.findIndex(({ type }) => type === 'OrderPlaced');
    const approvedAt = facts.findIndex(({ type }) => type === 'PaymentApproved');
    assert.ok(count(life, 'OrderPlaced') <= 1 && count(life, 'PaymentApproved') <= 1, 'it happened twice');
    if (placedAt >= 0) assert.ok(approvedAt >= 0 && approvedAt < placedAt, 'it was established before it was paid');
    if (placedAt >= 0) assert.is.not(life.status, 'rejected');
    assert.ok(count(life, 'PaymentRefunded') <= 1, 'it was given back twice');
    if (count(life, 'OrderDeferred') > 0) assert.ok(life.payLater, 'it was put off without being asked');
  });
});

test('either the rider leaves or the cancellation holds, never both', () => {
  always((life) => {
    const left = count(life, 'DeliveryDeparted');
    assert.is(left, life.status === 'delivered' ? 1 : 0, 'the rider left with an order that does not stand');
    if (life.status !== 'delivered') assert.not.match(life.rider, /^(riding|delivered)$/);
    if (life.status === 'cancelled' && count(life, 'OrderPlaced') === 1) {
      assert.match(life.kitchen, /^(stopped|refused)$/, 'the kitchen goes on');
      assert.match(life.rider, /^stopped$/, 'the rider goes on');
    }
    const ends = ['OrderRejected', 'OrderRefused', 'OrderCancelled', 'DeliveryCompleted'];
    assert.ok(ends.reduce((sum, type) => sum + count(life, type), 0) <= 1, 'it ended twice');
  });
});

test('an order only moves forward, except that a refused cancellation gives it back what it was', () => {
  const rank = (status: string) => waysForward.indexOf(status as 'placed');
  always(({ statuses }) => {
    let furthest = -1;
    for (const [i, status] of statuses.entries()) {
      if (i === 0 || status === 'cancelling') continue;
      const before = statuses[i - 1]!;
      const path = statuses.join(' → ');
      assert.not.ok(isOver(before as 'placed'), `it went on after its end: ${path}`);
      if (status === 'payment-deferred' || isOver(status as 'placed')) {
        if (status === 'rejected') assert.ok(before === 'none' || isUnpaid(before as 'placed'), path);
        if (status === 'refused') assert.is(before, 'placed', path);
        if (status === 'cancelled') assert.is(before, 'cancelling', path);
      }
      if (rank(status) < 0) continue;
      assert.ok(
        rank(status) > furthest || (before === 'cancelling' && rank(status) === furthest),
        `it moved back: ${path}`,
      );
      furthest = Math.max(furthest, rank(status));
    }
  });
});

test('people are told of each status once, and the read model shows what the order is, whatever the order of its events', () => {
  always((life) => {
    const told = life.notices.map(({ recipient, about }) => `${recipient} ${about}`);
    assert.is(new Set(told).size, told.length, `told twice: ${told.join(', ')}`);
    if (!['none', 'refused'].includes(life.status))
      assert.ok(told.includes(`kim ${life.status}`), `nobody was told that it is ${life.status}: ${told.join(', ')}`);
    if (life.facts.length === 0) return;
    const events = life.facts.map(({ id, type, data }) => ({ id, type, key: 'o1', at: noon, data }));
    for (const some of [events, events.toReversed()])
      assert.is(statusOf(some.reduce(foldOrder, unknownOrder('o1', noon))), life.status);
  });
});

test('a cancellation holds only while the house allows it', () => {
  const forbidden = { accepted: 'OrderAccepted', cooked: 'OrderCooked', departed: 'DeliveryDeparted' };
  always((life) => {
    const { facts, cancelUntil } = life;
    const cancelledAt = facts.findIndex(({ type }) => type === 'OrderCancelled');
    const refusedAt = facts.findIndex(({ type }) => type === 'CancelRefused');
    const happenedAt = facts.findIndex(({ type }) => type === forbidden[cancelUntil]);
    if (refusedAt >= 0) assert.ok(happenedAt >= 0 && happenedAt < refusedAt, `refused although not ${cancelUntil}`);
    if (cancelUntil === 'departed') assert.not.ok(cancelledAt >= 0 && happenedAt >= 0, 'cancelled after the departure');
  });
});

test.run();
