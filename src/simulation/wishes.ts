import type { Menu } from '../actors/menu.ts';
import type { OrderLine } from '../actors/messages.ts';
import type { Mix, Phase, Script } from './script.ts';

/** What one customer is about to do. */
export type Wish = {
  customerId: string;
  storeId: string;
  lines: OrderLine[];
  billingKey: string;
  payLater: boolean;
  /** Has second thoughts so many milliseconds after the order stands. */
  cancelAfterMs?: number;
};

/** What customers are like, with nothing left open but their stores. */
export type FullMix = Required<Omit<Mix, 'stores'>> & Pick<Mix, 'stores'>;

/** A crowd as it is where a script does not say otherwise. */
const usualMix: FullMix = {
  dishes: 3,
  badCards: 0,
  payLater: 0,
  cancel: 0,
  cancelAfter: [0, 0],
  comeBack: 0,
  patience: 20_000,
};

/** The customers of a phase: what it says of them, then what the script says. */
export const mixOf = (script: Pick<Script, 'mix'>, phase: Pick<Phase, 'mix'>): FullMix => ({
  ...usualMix,
  ...script.mix,
  ...phase.mix,
});

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

/**
 * Customers of a menu: what one of them wishes follows from the numbers that `random` brings, so the same ones bring the same wish. Nothing
 * sold out is wished for, and nothing of a store that works by hand: nobody would cook it.
 * @throws {RangeError} nothing is left
 */
export function wishesOf(menu: Menu, mix: Mix): (random: () => number) => Wish {
  const { dishes, badCards, payLater, cancel, cancelAfter } = { ...usualMix, ...mix };
  let weights = 0;
  const stores = menu.stores
    .filter(({ autoAccept }) => autoAccept)
    .map(({ storeId, items }) => ({ storeId, items: items.filter((item) => !item.soldOut) }))
    .filter(({ storeId, items }) => items.length > 0 && (mix.stores === undefined || storeId in mix.stores))
    .map((store) => {
      weights += mix.stores?.[store.storeId] ?? 1;
      return { ...store, below: weights };
    });
  if (stores.length === 0) throw new RangeError('Everything is sold out, or cooked by hand, so nobody can order.');

  return (random) => {
    const upTo = (n: number) => Math.floor(random() * n);
    const place = random() * weights;
    const store = stores.find(({ below }) => place < below)!;
    const lines = Array.from({ length: 1 + upTo(dishes) }, () => ({
      itemId: store.items[upTo(store.items.length)]!.itemId,
      quantity: 1 + upTo(2),
    }));
    const customerId = people[upTo(people.length)]!;
    const billingKey = random() < badCards ? 'card-declined' : `card-${customerId}`;
    const later = random() < payLater;
    const cancels = random() < cancel;
    const [least, most] = cancelAfter;
    const cancelAfterMs = least + random() * (most - least);
    return {
      customerId,
      storeId: store.storeId,
      lines,
      billingKey,
      payLater: later,
      ...(cancels && { cancelAfterMs }),
    };
  };
}
