import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { priceOrder } from '../../src/actors/menu.ts';
import { randomFrom, seedFrom } from '../../src/simulation/random.ts';
import type { Mix } from '../../src/simulation/script.ts';
import { mixOf, type Wish, wishesOf } from '../../src/simulation/wishes.ts';
import { menu } from './menu.ts';

const test = suite('wishes');

const many = (mix: Mix, seed = 1): Wish[] => {
  const wish = wishesOf(menu, mix);
  return Array.from({ length: 4_000 }, (_, n) => wish(randomFrom(seedFrom(seed, n))));
};
const share = (all: readonly Wish[], which: (wish: Wish) => boolean) => all.filter(which).length / all.length;
const near = (is: number, should: number) => assert.ok(Math.abs(is - should) < 0.03, `${is}, not about ${should}`);

test('everything that is wished for can be ordered, and nobody wishes for what only a person would cook', () => {
  for (const { storeId, lines } of many({})) {
    assert.not.ok('refusal' in priceOrder(menu, storeId, lines));
    assert.ok(['soup', 'rice'].includes(storeId), storeId);
  }
});

test('as many do what the mix says as it says', () => {
  const all = many({ badCards: 0.1, payLater: 0.3, cancel: 0.2, cancelAfter: [1_000, 3_000] });
  near(
    share(all, ({ billingKey }) => billingKey === 'card-declined'),
    0.1,
  );
  near(
    share(all, ({ payLater }) => payLater),
    0.3,
  );
  near(
    share(all, ({ cancelAfterMs }) => cancelAfterMs !== undefined),
    0.2,
  );
  const after = all.flatMap(({ cancelAfterMs }) => cancelAfterMs ?? []);
  assert.ok(after.every((ms) => ms >= 1_000 && ms <= 3_000));
  assert.ok(Math.max(...after) - Math.min(...after) > 1_500, 'spread over the whole range');
});

test('where a mix says nothing, all pay with good cards, at once, and nobody cancels', () => {
  const all = many({});
  assert.is(
    share(
      all,
      ({ billingKey, payLater, cancelAfterMs }) =>
        billingKey !== 'card-declined' && !payLater && cancelAfterMs === undefined,
    ),
    1,
  );
});

test('stores are chosen by their weights, and one without a weight is not chosen', () => {
  near(
    share(many({ stores: { soup: 3, rice: 1 } }), ({ storeId }) => storeId === 'soup'),
    0.75,
  );
  assert.is(
    share(many({ stores: { rice: 1 } }), ({ storeId }) => storeId === 'rice'),
    1,
  );
});

test('the same numbers bring the same wish', () => {
  assert.equal(many({ cancel: 0.5 }, 5), many({ cancel: 0.5 }, 5));
  assert.not.equal(many({ cancel: 0.5 }, 5), many({ cancel: 0.5 }, 6));
});

test('where nothing is left to wish for, it is said', () => {
  assert.throws(() => wishesOf(menu, { stores: { empty: 1, slow: 1 } }), /Everything is sold out, or cooked by hand/);
});

test('a phase says what its customers are like, and the script the rest', () => {
  const mix = mixOf({ mix: { cancel: 0.1, dishes: 1 } }, { mix: { cancel: 0.9 } });
  assert.is(mix.cancel, 0.9);
  assert.is(mix.dishes, 1);
  assert.is(mix.patience, 20_000);
});

test.run();
