import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OrderStatus } from '../../src/actors/messages.ts';
import { kitchenBoard } from '../../src/readmodel/boards.ts';
import { listOrders, type OrderFilter } from '../../src/readmodel/list-orders.ts';
import { randomFrom } from '../../src/simulation/random.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { cancelled, delivered, folded } from './stories.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder> }>('orders in a list');
test.before.each((context) => {
  context.folder = tempFolder();
});
test.after.each(({ folder }) => folder.remove());

/** Orders that have come more or less far, in no order of time, some at the same moment. */
function someOrders(folder: string) {
  const random = randomFrom(7);
  const stories = Array.from({ length: 60 }, (_, i) => {
    const story = i % 7 === 0 ? cancelled(`o${i}`) : delivered(`o${i}`).slice(0, 3 + Math.floor(random() * 9));
    const later = Math.floor(random() * 20) * 1_000;
    return story.map((event) => ({ ...event, at: event.at + later }));
  });
  return folded(folder, stories.flat()).db;
}

const ids = (orders: readonly { orderId: string }[]) => orders.map(({ orderId }) => orderId);

test('the first of several statuses are the first of them all, whatever else is asked for', ({ folder }) => {
  const db = someOrders(folder.path);
  const all = listOrders(db, { limit: 1_000 });
  assert.is(all.length, 60);
  const statuses: OrderStatus[] = ['placed', 'accepted', 'on-the-way', 'cancelled'];
  const word = { text: 'fried', statuses: [] };
  for (const filter of [
    {},
    { customerId: 'kim' },
    { storeId: 'chicken' },
    { words: [word] },
    { words: [word, { text: 'o1', statuses: [] }] },
  ] as OrderFilter[])
    for (const first of ['newest', 'oldest'] as const)
      for (const limit of [1, 5, 17, 1_000]) {
        const named = filter.words?.length === 2;
        const sign = first === 'newest' ? -1 : 1;
        const expected = all
          .filter(({ status, orderId }) => statuses.includes(status) && (!named || orderId.includes('o1')))
          .toSorted((a, b) => sign * (a.receivedAt - b.receivedAt) || (a.orderId < b.orderId ? -1 : 1));
        assert.ok(expected.length > 1);
        assert.equal(ids(listOrders(db, { ...filter, statuses, first, limit })), ids(expected.slice(0, limit)));
      }
  db.close();
});

test('the board of a store begins with the oldest order, whether it waits or cooks', ({ folder }) => {
  const db = someOrders(folder.path);
  const ages = (orders: readonly { receivedAt: number }[]) => orders.map(({ receivedAt }) => receivedAt);
  const all = kitchenBoard(db);
  assert.ok(new Set(all.map(({ status }) => status)).size === 2);
  for (const limit of [1, 4, 1_000])
    assert.equal(ages(kitchenBoard(db, { storeId: 'chicken', limit })), ages(all.slice(0, limit)));
  db.close();
});

test.run();
