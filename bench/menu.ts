import type { Menu } from '../src/actors/menu.ts';

/** One store that needs no time. */
export const menu: Menu = {
  stores: [
    {
      storeId: 'chicken',
      name: { ko: '바삭치킨 강남점', en: 'Crispy Chicken Gangnam' },
      autoAccept: true,
      rideMs: 0,
      items: [
        { itemId: 'fried', name: { ko: '후라이드', en: 'Fried Chicken' }, priceWon: 19_000, soldOut: false, prepMs: 0 },
      ],
    },
  ],
};
