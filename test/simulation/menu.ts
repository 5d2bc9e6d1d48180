import type { Menu, MenuItem } from '../../src/actors/menu.ts';

const both = (name: string) => ({ ko: name, en: name });
const item = (itemId: string, more: Partial<MenuItem> = {}): MenuItem => ({
  itemId,
  name: both(itemId),
  priceWon: 9_000,
  soldOut: false,
  prepMs: 0,
  ...more,
});

/** A store with something sold out, another one, one that has nothing left, and one that works by hand. */
export const menu: Menu = {
  stores: [
    {
      storeId: 'soup',
      name: both('Soup'),
      autoAccept: true,
      rideMs: 0,
      items: [item('clear'), item('thick'), item('cold', { soldOut: true })],
    },
    { storeId: 'rice', name: both('Rice'), autoAccept: true, rideMs: 0, items: [item('white')] },
    { storeId: 'empty', name: both('Empty'), autoAccept: true, rideMs: 0, items: [item('gone', { soldOut: true })] },
    { storeId: 'slow', name: both('Slow'), autoAccept: false, rideMs: 0, items: [item('stew')] },
  ],
};
