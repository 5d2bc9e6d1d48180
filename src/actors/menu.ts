import { closest } from './closest.ts';
import type { Name, OrderLine, PricedLine, Service } from './messages.ts';
import type { HouseRefusal, RefusalCode } from './refusals.ts';

/** One dish. `priceWon` is integer won; `prepMs` milliseconds on the stove. */
export type MenuItem = { itemId: string; name: Name; priceWon: number; soldOut: boolean; prepMs: number };

/** One store. With `autoAccept` its orders are accepted and cooked on autopilot; `rideMs` is the way to its customers. */
export type Store = { storeId: string; name: Name; autoAccept: boolean; rideMs: number; items: MenuItem[] };

/** Everything that can be ordered. */
export type Menu = { stores: Store[] };

/** What an order comes to, when it can be taken. */
export type Priced = { store: Store; lines: PricedLine[]; totalWon: number; service: Service };

export const maxQuantity = 99;
export const maxLines = 50;

/** Prices an order, or says in a sentence why it cannot be taken. An item named twice is one line. */
export function priceOrder(
  menu: Menu,
  storeId: string,
  lines: readonly OrderLine[],
): Priced | { refusal: HouseRefusal } {
  const store = menu.stores.find((store) => store.storeId === storeId);
  if (!store)
    return no(
      'unknown-store',
      `There is no store "${storeId}".${maybe(
        storeId,
        menu.stores.map((s) => s.storeId),
      )} See \`baedal menu\`.`,
    );
  if (lines.length === 0) return no('empty-cart', 'The cart is empty. Add at least one item.');

  const priced = new Map<string, PricedLine>();
  let prepMs = 0;
  for (const { itemId, quantity } of lines) {
    const item = store.items.find((item) => item.itemId === itemId);
    if (!item)
      return no(
        'unknown-item',
        `${store.name.en} has no item "${itemId}".${maybe(
          itemId,
          store.items.map((i) => i.itemId),
        )} See \`baedal menu ${storeId}\`.`,
      );
    if (item.soldOut)
      return no('sold-out', `${item.name.en} (${itemId}) is sold out at ${store.name.en}. Choose something else.`);
    const total = quantity + (priced.get(itemId)?.quantity ?? 0);
    if (!Number.isInteger(quantity) || quantity < 1 || total > maxQuantity)
      return no(
        'bad-quantity',
        `The quantity of ${itemId} must be a whole number from 1 to ${maxQuantity}, not ${total}.`,
      );
    priced.set(itemId, { itemId, name: item.name, priceWon: item.priceWon, quantity: total });
    prepMs = Math.max(prepMs, item.prepMs);
  }
  if (priced.size > maxLines)
    return no('too-many-lines', `One order takes at most ${maxLines} different items. Place two orders.`);
  const all = [...priced.values()];
  return {
    store,
    lines: all,
    totalWon: all.reduce((sum, line) => sum + line.priceWon * line.quantity, 0),
    service: { autoAccept: store.autoAccept, prepMs, rideMs: store.rideMs },
  };
}

const no = (code: RefusalCode, reason: string): { refusal: HouseRefusal } => ({ refusal: { code, reason } });

/** " Did you mean …?" for the closest of `known`, or nothing where none is close. */
function maybe(word: string, known: readonly string[]): string {
  const meant = closest(word, known);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}
