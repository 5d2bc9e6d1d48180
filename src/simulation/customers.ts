import type { Menu } from '../actors/menu.ts';
import type { OrderLine } from '../actors/messages.ts';
import { randomFrom } from './random.ts';

/** What one customer is about to do. */
export type Wish = {
  customerId: string;
  storeId: string;
  lines: OrderLine[];
  /** One in twelve has a card that does not pay. */
  billingKey: string;
  /** One in fifteen has second thoughts as soon as the order stands. */
  cancels: boolean;
};

const people = [
  'kim',
  'lee',
  'park',
  'choi',
  'jung',
  'kang',
  'cho',
  'yoon',
  'jang',
  'lim',
  'han',
  'oh',
  'seo',
  'shin',
  'kwon',
  'hwang',
];

/** Customers of a menu, one a call; the same seed brings the same ones. Nothing sold out is wished for. */
export function customersOf(menu: Menu, seed: number): () => Wish {
  const random = randomFrom(seed);
  const upTo = (n: number) => Math.floor(random() * n);
  const stores = menu.stores
    .map(({ storeId, items }) => ({ storeId, items: items.filter((item) => !item.soldOut) }))
    .filter(({ items }) => items.length > 0);
  if (stores.length === 0) throw new RangeError('Everything on the menu is sold out, so nobody can order.');

  let count = 0;
  return () => {
    const store = stores[upTo(stores.length)]!;
    const lines = Array.from({ length: 1 + upTo(3) }, () => ({
      itemId: store.items[upTo(store.items.length)]!.itemId,
      quantity: 1 + upTo(2),
    }));
    const customerId = people[upTo(people.length)]!;
    count++;
    const billingKey = count % 12 === 0 ? 'card-declined' : `card-${customerId}`;
    return { customerId, storeId: store.storeId, lines, billingKey, cancels: count % 15 === 0 };
  };
}
