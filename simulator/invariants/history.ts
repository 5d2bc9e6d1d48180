import { type OrderStatus, waysForward } from '../../src/actors/messages.ts';
import { isOver, isUnpaid } from '../../src/actors/order/order-state.ts';
import { type Broken, eventsOf, filesOf, type Invariant } from './evidence.ts';

/**
 * An order only moves forward, except that a refused cancellation gives it back what it was; and its end is its end. What is seen is what
 * was committed: steps that a batch takes together are one.
 */
export const movesForward: Invariant = ({ platform }) =>
  filesOf(platform, 'order').flatMap(({ histories }) =>
    [...histories].flatMap(([orderId, history]) => {
      const wrong = illegalStep(history as (OrderStatus | 'none')[]);
      const path = history.join(' → ');
      return wrong ? [{ rule: 'moves-forward', sentence: `${orderId} went from ${wrong}: ${path}.` }] : [];
    }),
  );

function illegalStep(history: readonly (OrderStatus | 'none')[]): string | undefined {
  let furthest = -1;
  for (const [i, status] of history.entries()) {
    const before = i === 0 ? 'none' : history[i - 1]!;
    const step = `${before} to ${status}`;
    const rank = waysForward.indexOf(status as 'placed');
    if (isOver(before)) return step;
    if (status === 'rejected' && before !== 'none' && !isUnpaid(before)) return step;
    if (status === 'refused' && furthest > waysForward.indexOf('placed')) return step;
    if (rank >= 0 && (before === 'cancelling' ? rank < furthest : rank <= furthest)) return step;
    furthest = Math.max(furthest, rank);
  }
  return undefined;
}

/** What must have happened before something can. */
const needs: Record<string, readonly string[]> = {
  PaymentApproved: ['OrderReceived'],
  OrderPlaced: ['OrderReceived', 'PaymentApproved'],
  OrderAccepted: ['OrderPlaced'],
  OrderCooked: ['OrderAccepted'],
  RiderAssigned: ['OrderCooked'],
  DeliveryDeparted: ['RiderAssigned'],
  DeliveryCompleted: ['DeliveryDeparted'],
  StoreRefused: ['OrderPlaced'],
  OrderRefused: ['StoreRefused'],
  OrderCancelled: ['OrderCancelling'],
  CancelRefused: ['OrderCancelling', 'DeliveryNotStopped'],
  OrderDeferred: ['PaymentDeferred'],
};
/** What can happen to one order only without the other. */
const apart: readonly [string, string][] = [
  ['OrderRejected', 'OrderPlaced'],
  ['OrderCancelled', 'DeliveryCompleted'],
  ['OrderCancelled', 'DeliveryDeparted'],
  ['OrderRefused', 'OrderAccepted'],
  ['OrderRefused', 'OrderCancelled'],
  ['OrderRejected', 'OrderCancelled'],
];

/** The story of each order has no gap and does not contradict itself. */
export const storiesAreWhole: Invariant = (evidence) =>
  evidence.people.orderIds.flatMap((orderId): Broken[] => {
    // Which of them the journal has first says nothing: a queue that is full lets those behind it go first.
    const events = eventsOf(evidence, orderId);
    const seen = new Set<string>(events.map(({ type }) => type));
    const broken: Broken[] = [];
    const say = (sentence: string) => broken.push({ rule: 'stories-are-whole', sentence });
    for (const type of seen)
      for (const before of needs[type] ?? [])
        if (!seen.has(before)) say(`${type} of ${orderId} happened without ${before}.`);
    for (const [one, other] of apart)
      if (seen.has(one) && seen.has(other)) say(`${one} and ${other} both happened to ${orderId}.`);
    const ends = new Set<unknown>(
      events.filter(({ type }) => /^(OrderCancelled|CancelRefused)$/.test(type)).map(({ data }) => data['attempt']),
    );
    for (const { type, data } of events)
      if (type === 'OrderCancelling' && !ends.has(data['attempt']))
        say(`Nothing came of cancellation ${data['attempt']} of ${orderId}.`);
    return broken;
  });
