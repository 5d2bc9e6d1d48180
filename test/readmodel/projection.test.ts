import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OrderStatus } from '../../src/actors/messages.ts';
import { kitchenBoard, riderBoard } from '../../src/readmodel/boards.ts';
import { findOrder } from '../../src/readmodel/find-order.ts';
import { listBreakerChanges } from '../../src/readmodel/list-breaker-changes.ts';
import { listNotifications } from '../../src/readmodel/list-notifications.ts';
import { countByStatus, listOrders } from '../../src/readmodel/list-orders.ts';
import { listMinutes } from '../../src/readmodel/minutes.ts';
import { foldOrder, type JournalEvent, unknownOrder } from '../../src/readmodel/order-fold.ts';
import { Projection } from '../../src/readmodel/projection.ts';
import { openForQueries, openReadModel } from '../../src/readmodel/schema.ts';
import { randomFrom } from '../../src/simulation/random.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { cancelled, delivered, event, folded, noon } from './stories.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder> }>('read model');
test.before.each((context) => {
  context.folder = tempFolder();
});
test.after.each(({ folder }) => folder.remove());

/** Everything but the numbers that depend on what came first. */
const everything = (db: ReturnType<typeof openReadModel>) => ({
  orders: listOrders(db, { limit: 1_000 }).toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1)),
  counts: countByStatus(db),
  minutes: listMinutes(db, noon + 60_000, 3),
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

test('a message to somebody is filed, and writes no row of its order, unless it is the first that is heard of it', ({
  folder,
}) => {
  const { db, projection } = folded(folder.path, delivered('o1'));
  db.exec(
    'CREATE TEMP TABLE written (order_id); CREATE TEMP TRIGGER noted AFTER UPDATE ON orders BEGIN INSERT INTO written VALUES (new.order_id); END',
  );
  const told = (orderId: string) =>
    event('NotificationSent', 99, { orderId, channel: 'console', recipient: 'kim', about: 'delivered', text: 'here!' });
  const next = projection.next;
  projection.apply(['o1', 'o2'].map((orderId, i) => ({ offset: next + i, envelope: told(orderId) })));
  assert.equal(db.prepare('SELECT * FROM written').all(), []);
  assert.is(findOrder(db, 'o1')!.notifications.length, 2);
  assert.is(findOrder(db, 'o2')!.notifications.length, 1);
  db.close();
});

test('when an order changed does not depend on which of its events came first', () => {
  const told = { orderId: 'o1', channel: 'console', recipient: 'kim', about: 'delivered', text: 'here!' };
  const events = [...delivered('o1'), event('NotificationSent', 99, told)];
  const foldFrom = (some: JournalEvent[]) => some.reduce(foldOrder, unknownOrder('o1', some[0]!.at));
  assert.is(foldFrom(events).changedAt, noon + 60);
  assert.equal(foldFrom(events.toReversed()), foldFrom(events));
});

test('money that was taken without anybody hearing of it shows when it is given back', () => {
  for (const type of ['PaymentVoided', 'PaymentRefunded'] as const) {
    const row = foldOrder(unknownOrder('o1', noon), event(type, 5, { orderId: 'o1', amountWon: 38_000 }));
    assert.equal([row.paidWon, row.refundedWon], [38_000, 38_000], type);
  }
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

test('an event of an unknown type about nothing that we know makes no order', ({ folder }) => {
  const strange = { id: 'x', type: 'RiderWentHome', key: 'rider-1', at: noon, data: { riderId: 'rider-1' } };
  const { db } = folded(folder.path, [strange, ...delivered('o1')]);
  assert.equal(
    listOrders(db).map(({ orderId }) => orderId),
    ['o1'],
  );
  db.close();
});

test('what happened is counted by the minute, once', ({ folder }) => {
  const later = cancelled('o2').map((one) => ({ ...one, at: one.at + 60_000 }));
  const { db } = folded(folder.path, [...delivered('o1'), ...later, ...delivered('o1')], 4);
  const [before, first, second] = listMinutes(db, noon + 60_000, 3);
  const none = { received: 0, deferred: 0, placed: 0, rejected: 0, refused: 0, cancelled: 0, delivered: 0 };
  assert.equal(before, { minute: noon / 60_000 - 1, ...none });
  assert.equal(first, { minute: noon / 60_000, ...none, received: 1, placed: 1, delivered: 1 });
  assert.equal(second, { minute: noon / 60_000 + 1, ...none, received: 1, placed: 1, cancelled: 1 });
  db.close();
});

test('the boards have what is to be done, oldest first', ({ folder }) => {
  const { db } = folded(folder.path, [
    ...delivered('done'),
    ...delivered('cooking').slice(0, 5),
    ...delivered('waiting').slice(0, 3),
    ...delivered('cooked').slice(0, 6),
  ]);
  const ids = (orders: { orderId: string }[]) => orders.map(({ orderId }) => orderId).toSorted();
  assert.equal(ids(kitchenBoard(db)), ['cooking', 'waiting']);
  assert.equal(ids(kitchenBoard(db, { storeId: 'chicken' })), ['cooking', 'waiting']);
  assert.equal(ids(kitchenBoard(db, { storeId: 'pizza' })), []);
  assert.equal(ids(riderBoard(db)), ['cooked']);
  db.close();
});

test('words are looked for in everything that a person can see of an order', ({ folder }) => {
  const { db } = folded(folder.path, [...delivered('o1'), ...cancelled('o2')]);
  const ids = (text: string, statuses: OrderStatus[] = []) =>
    listOrders(db, { words: text.split(' ').map((text) => ({ text, statuses })) })
      .map(({ orderId }) => orderId)
      .toSorted();
  assert.equal(ids('후라이드'), ['o1', 'o2']);
  assert.equal(ids('FRIED'), ['o1', 'o2']);
  assert.equal(ids('kim r1'), ['o1']);
  assert.equal(ids('o2'), ['o2']);
  assert.equal(ids('nothing', ['cancelled']), ['o2']);
  assert.equal(ids('nothing'), []);
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
