import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { JournalEvent } from '../../src/readmodel/order-fold.ts';
import { OrderWatch } from '../../src/simulation/order-watch.ts';

const test = suite('the watch over orders');

let ids = 0;
const event = (type: string, key: string, at = 0, data: Record<string, unknown> = {}): JournalEvent => ({
  id: `e${++ids}`,
  type,
  key,
  at,
  data,
});
const ways = [
  'OrderReceived',
  'OrderPlaced',
  'OrderAccepted',
  'OrderCooked',
  'RiderAssigned',
  'DeliveryDeparted',
  'DeliveryCompleted',
];
const delivery = (key: string, from = 0, stepMs = 100) => ways.map((type, i) => event(type, key, from + i * stepMs));

const watchOf = (...orders: string[]) => {
  const told: string[] = [];
  const watch = new OrderWatch(
    2,
    (id) => id.startsWith('o'),
    (id, status) => void told.push(`${id} ${status}`),
  );
  for (const [i, id] of orders.entries()) watch.expect(id, i % 2);
  return { watch, told };
};
const hear = (watch: OrderWatch, events: readonly JournalEvent[]) => {
  for (const one of events) watch.hear(one);
};

test('an order is in flight until it is over, and then only counted, with its phase', () => {
  const { watch, told } = watchOf('o1', 'o2');
  hear(watch, delivery('o1').slice(0, 3));
  assert.equal(watch.inFlight(), { accepted: 1 });
  assert.is(watch.open, 1);
  hear(watch, delivery('o1').slice(3));
  assert.equal(watch.inFlight(), {});
  assert.is(watch.open, 0);
  assert.equal(watch.outcomes(), { delivered: 1 });
  assert.equal(watch.outcomes(0), { delivered: 1 });
  assert.equal(watch.outcomes(1), {});
  assert.equal(
    told.map((line) => line.split(' ')[1]),
    ['awaiting-payment', 'placed', 'accepted', 'cooked', 'assigned', 'on-the-way', 'delivered'],
  );
});

test('each step of the journey is timed by when it happened, in whatever order it is heard of', () => {
  const { watch } = watchOf('o1');
  const events = delivery('o1', 1_000, 250);
  hear(watch, [...events.slice(0, 5).reverse(), ...events.slice(5)]);
  const journey = watch.journey();
  assert.equal(
    journey.map(({ from, to, took }) => [from, to, Math.round(took.p50)]),
    [
      ['awaiting-payment', 'placed', 250],
      ['placed', 'accepted', 250],
      ['accepted', 'cooked', 250],
      ['cooked', 'assigned', 250],
      ['assigned', 'on-the-way', 250],
      ['on-the-way', 'delivered', 250],
      ['placed', 'delivered', 1_250],
    ],
  );
});

test('an event that comes twice counts once', () => {
  const { watch } = watchOf('o1');
  hear(
    watch,
    delivery('o1').flatMap((one) => [one, one]),
  );
  assert.equal(watch.outcomes(), { delivered: 1 });
  assert.is(watch.journey()[0]!.took.count, 1);
});

test('orders of others are not looked at', () => {
  const { watch } = watchOf();
  hear(watch, [...delivery('x1'), event('NotificationSent', 'x1')]);
  assert.equal([watch.open, watch.outcomes(), watch.messages], [0, {}, 0]);
});

test('messages to people are counted, those that come after an order is over too', () => {
  const { watch } = watchOf('o1');
  hear(watch, [event('NotificationSent', 'o1'), ...delivery('o1'), event('NotificationSent', 'o1')]);
  assert.is(watch.messages, 2);
});

test('what was promised and is never heard of stays open; what was not promised does not keep anybody waiting', () => {
  const { watch } = watchOf('o1', 'o2');
  assert.is(watch.open, 0);
  watch.promise('o1');
  assert.is(watch.open, 1);
  hear(watch, [event('OrderReceived', 'o2')]);
  assert.is(watch.open, 2, 'nobody was told of it, and yet it is under way');
});

test('an order that waits to be paid, and one that is being cancelled, are not over', () => {
  const { watch } = watchOf('o1', 'o2');
  hear(watch, [event('OrderReceived', 'o1'), event('OrderDeferred', 'o1', 0, { payBy: 5 })]);
  hear(watch, [...delivery('o2').slice(0, 2), event('OrderCancelling', 'o2', 0, { attempt: 1 })]);
  assert.equal(watch.inFlight(), { 'payment-deferred': 1, cancelling: 1 });
  hear(watch, [event('OrderCancelled', 'o2', 0, { attempt: 1, refundedWon: 5 })]);
  assert.equal(watch.outcomes(), { cancelled: 1 });
});

test('it knows how many were in flight at most, and how the breaker is', () => {
  const { watch } = watchOf('o1', 'o2', 'o3');
  for (const id of ['o1', 'o2']) hear(watch, delivery(id).slice(0, 2));
  hear(watch, delivery('o1').slice(2));
  hear(watch, delivery('o3').slice(0, 1));
  assert.is(watch.mostInFlight, 2);
  hear(watch, [event('BreakerChanged', 'payment', 0, { partner: 'payment-provider', state: 'open' })]);
  assert.is(watch.breaker, 'open');
});

test('of those who were to pay later it is told whose own card did not, and not who was kept waiting too long', () => {
  const { watch } = watchOf('o1', 'o2', 'o3');
  for (const id of ['o1', 'o2']) watch.promise(id);
  watch.hear(event('OrderRejected', 'o1', 5, { code: 'REJECT_CARD_COMPANY' }));
  watch.hear(event('OrderRejected', 'o2', 5, { code: 'expired' }));
  watch.hear(event('OrderRejected', 'o3', 5, { code: 'REJECT_CARD_COMPANY' })); // told so at once
  assert.equal([watch.declinedLater(), watch.declinedLater(0), watch.declinedLater(1)], [1, 1, 0]);
});

test.run();
