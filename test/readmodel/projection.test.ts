import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Events, OrderEventType } from '../../src/actors/messages.ts';
import { findOrder } from '../../src/readmodel/find-order.ts';
import { listBreakerChanges } from '../../src/readmodel/list-breaker-changes.ts';
import { listNotifications } from '../../src/readmodel/list-notifications.ts';
import { countByStatus, listOrders } from '../../src/readmodel/list-orders.ts';
import type { JournalEvent } from '../../src/readmodel/order-fold.ts';
import { Projection } from '../../src/readmodel/projection.ts';
import { openForQueries, openReadModel } from '../../src/readmodel/schema.ts';
import { randomFrom } from '../../src/simulation/random.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder> }>('read model');
test.before.each((context) => {
  context.folder = tempFolder();
});
test.after.each(({ folder }) => folder.remove());

const noon = 1_800_000_000_000;
const who = (orderId: string) => ({ orderId, customerId: 'kim' });
const details = (orderId: string) => ({
  ...who(orderId),
  storeId: 'chicken',
  storeName: { ko: '치킨', en: 'Chicken' },
  lines: [{ itemId: 'fried', quantity: 2, name: { ko: '후라이드', en: 'Fried' }, priceWon: 19_000 }],
  totalWon: 38_000,
});

const event = <T extends OrderEventType>(type: T, at: number, data: Events[T]): JournalEvent => ({
  id: `${data.orderId}-${type}-${at}`,
  type,
  key: data.orderId,
  at: noon + at,
  data: data as Record<string, unknown>,
});

const delivered = (orderId: string) => [
  event('OrderReceived', 0, { ...details(orderId), answerBy: noon + 10_000 }),
  event('PaymentApproved', 10, { orderId, amountWon: 38_000, paymentKey: 'p' }),
  event('OrderPlaced', 12, { ...details(orderId), service: { autoAccept: true, prepMs: 0, rideMs: 0 } }),
  event('NotificationSent', 15, { orderId, channel: 'console', recipient: 'kim', about: 'placed', text: 'placed!' }),
  event('OrderAccepted', 20, { ...who(orderId), prepMs: 0 }),
  event('OrderCooked', 30, { ...who(orderId), storeName: { ko: '치킨', en: 'Chicken' }, rideMs: 0 }),
  event('RiderAssigned', 40, { ...who(orderId), riderId: 'r1' }),
  event('OrderCancelling', 45, { ...who(orderId), attempt: 1, reason: 'x' }),
  event('DeliveryDeparted', 50, { ...who(orderId), riderId: 'r1' }),
  event('CancelRefused', 55, { ...who(orderId), attempt: 1, status: 'on-the-way', reason: 'too late' }),
  event('DeliveryCompleted', 60, { ...who(orderId), riderId: 'r1' }),
];

const cancelled = (orderId: string) => [
  ...delivered(orderId).slice(0, 6),
  event('OrderCancelling', 70, { ...who(orderId), attempt: 1, reason: 'x' }),
  event('PaymentRefunded', 80, { orderId, amountWon: 38_000 }),
  event('OrderCancelled', 90, { ...who(orderId), attempt: 1, refundedWon: 38_000 }),
];

/** A read model that has been given these events, so many in one go. */
function folded(folder: string, events: readonly JournalEvent[], atOnce = 500) {
  const db = openReadModel(folder);
  const projection = new Projection(db);
  const entries = events.map((envelope, offset) => ({ offset, envelope }));
  for (let i = 0; i < entries.length; i += atOnce) projection.apply(entries.slice(i, i + atOnce));
  return { db, projection };
}

/** Everything but the numbers that depend on what came first. */
const everything = (db: ReturnType<typeof openReadModel>) => ({
  orders: listOrders(db, { limit: 1_000 }).toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1)),
  stories: listOrders(db, { limit: 1_000 })
    .map(({ orderId }) => findOrder(db, orderId))
    .toSorted((a, b) => (a!.orderId < b!.orderId ? -1 : 1)),
});

test('an order shows its status, its money and its story', ({ folder }) => {
  const { db } = folded(folder.path, delivered('o1'));
  const story = findOrder(db, 'o1')!;
  assert.is(story.status, 'delivered');
  assert.is(story.totalWon, 38_000);
  assert.is(story.paidWon, 38_000);
  assert.is(story.riderId, 'r1');
  assert.equal(story.timeline.map(({ type, sinceMs }) => [type, sinceMs]).slice(0, 3), [
    ['OrderReceived', 0],
    ['PaymentApproved', 10],
    ['OrderPlaced', 2],
  ]);
  assert.equal(
    story.notifications.map(({ recipient, about }) => [recipient, about]),
    [['kim', 'placed']],
  );
  db.close();
});

test('a cancellation locks the order until it is settled, one way or the other', ({ folder }) => {
  const { db, projection } = folded(folder.path, delivered('o1').slice(0, 8));
  assert.is(findOrder(db, 'o1')?.status, 'cancelling');
  projection.apply([{ offset: 99, envelope: delivered('o1')[9]! }]);
  assert.is(findOrder(db, 'o1')?.status, 'assigned');
  const other = folded(`${folder.path}/other`, cancelled('o2'));
  assert.is(findOrder(other.db, 'o2')?.status, 'cancelled');
  assert.is(findOrder(other.db, 'o2')?.refundedWon, 38_000);
  other.db.close();
  db.close();
});

test('any order of events, any repetition and any size of batch come to the same', ({ folder }) => {
  const story = [...delivered('o1'), ...cancelled('o2'), ...delivered('o3')];
  const straight = folded(join(folder.path, 'straight'), story);
  const expected = everything(straight.db);
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomFrom(seed);
    const repeated = [...story, ...story.filter(() => random() < 0.3)];
    const shuffled = repeated.map((one) => ({ one, by: random() })).toSorted((a, b) => a.by - b.by);
    const mixed = folded(
      join(folder.path, `seed-${seed}`),
      shuffled.map(({ one }) => one),
      1 + Math.floor(random() * 20),
    );
    assert.equal(everything(mixed.db), expected, `seed ${seed}`);
    mixed.db.close();
  }
  straight.db.close();
});

test('a projection that begins again goes on where it was, and knows the orders it has', ({ folder }) => {
  const [first, second] = [delivered('o1').slice(0, 5), delivered('o1').slice(5)];
  folded(folder.path, first).db.close();
  const db = openReadModel(folder.path);
  const projection = new Projection(db);
  assert.is(projection.next, 5);
  projection.apply(second.map((envelope, i) => ({ offset: 5 + i, envelope })));
  assert.is(projection.next, 11);
  assert.equal(findOrder(db, 'o1')?.timeline.length, 10);
  assert.equal(countByStatus(db), { delivered: 1 });
  db.close();
});

test('a batch that fails leaves the rows and the position as they were', ({ folder }) => {
  const { db, projection } = folded(folder.path, delivered('o1').slice(0, 3));
  const circular: Record<string, unknown> = { orderId: 'o2' };
  circular['self'] = circular;
  const bad = { id: 'bad', type: 'OrderAccepted', key: 'o2', at: noon, data: circular };
  assert.throws(() =>
    projection.apply([
      { offset: 3, envelope: delivered('o1')[4]! },
      { offset: 4, envelope: bad },
    ]),
  );
  assert.is(projection.next, 3);
  assert.is(findOrder(db, 'o1')?.status, 'placed');
  projection.apply([{ offset: 3, envelope: delivered('o1')[4]! }]);
  assert.is(findOrder(db, 'o1')?.status, 'accepted');
  db.close();
});

test('an event of an unknown type is kept in the story, and bytes that are no event are passed over', ({ folder }) => {
  const strange = { id: 'x', type: 'OrderBlessed', key: 'o1', at: noon + 1, data: { orderId: 'o1', by: 'the chef' } };
  const { db, projection } = folded(folder.path, [...delivered('o1'), strange]);
  projection.apply([{ offset: 100 }]);
  assert.is(projection.next, 101);
  const found = findOrder(db, 'o1')?.timeline.find(({ type }) => type === 'OrderBlessed');
  assert.equal(found?.data, { orderId: 'o1', by: 'the chef' });
  assert.is(findOrder(db, 'o1')?.status, 'delivered');
  db.close();
});

test('orders are found by customer, store and status, newest or oldest first', ({ folder }) => {
  const { db } = folded(folder.path, [...delivered('o1'), ...cancelled('o2')]);
  const ids = (filter: Parameters<typeof listOrders>[1]) => listOrders(db, filter).map(({ orderId }) => orderId);
  assert.equal(ids({ statuses: ['delivered'] }), ['o1']);
  assert.equal(ids({ statuses: ['delivered', 'cancelled'], limit: 1 }), ['o1']);
  assert.equal(ids({ customerId: 'lee' }), []);
  assert.equal(ids({ storeId: 'chicken', first: 'oldest' }).length, 2);
  assert.equal(
    listNotifications(db, { orderId: 'o2' }).map(({ orderId, text }) => [orderId, text]),
    [['o2', 'placed!']],
  );
  assert.equal(listNotifications(db, { after: 1 }).length, 1);
  db.close();
});

test('questions are asked of a file that cannot be written through them', ({ folder }) => {
  folded(folder.path, delivered('o1')).db.close();
  const db = openForQueries(folder.path);
  assert.is(findOrder(db, 'o1')?.status, 'delivered');
  assert.throws(() => db.exec('DELETE FROM orders'), /readonly/);
  db.close();
});

test('what the breaker did is kept, once, and makes no order', ({ folder }) => {
  const db = openReadModel(folder.path);
  const change = (state: string, at: number): JournalEvent => ({
    id: `breaker-${at}`,
    type: 'BreakerChanged',
    key: 'payment-provider',
    at: noon + at,
    data: { partner: 'payment-provider', state, reason: 'It failed.' },
  });
  const opened = change('open', 1);
  new Projection(db).apply([opened, change('half-open', 2), opened].map((envelope, offset) => ({ offset, envelope })));
  assert.equal(listBreakerChanges(db), [
    { partner: 'payment-provider', state: 'open', reason: 'It failed.', at: noon + 1 },
    { partner: 'payment-provider', state: 'half-open', reason: 'It failed.', at: noon + 2 },
  ]);
  assert.equal(
    listBreakerChanges(db, 1).map(({ state }) => state),
    ['half-open'],
  );
  assert.equal(listOrders(db), []);
  db.close();
});

test.run();
