import { type MenuItem, maxQuantity, type Store } from '../../actors/menu.ts';
import type { OrderStatus } from '../../actors/messages.ts';
import { Refused } from '../../client/errors.ts';
import { reasonOf } from '../../errors.ts';
import { parseId } from '../arguments.ts';
import { named, shown } from '../show.ts';
import { type Cart, cartOf, emptyCart, linesOf } from './cart.ts';
import type { Operations } from './operations.ts';
import { type Content, type Context, chosenOf, type Key, type Reaction, type View } from './screen.ts';

/** A screen on which an order is made. */
export type Making = Content & { stores: readonly Store[]; items: readonly MenuItem[] };

const put = (view: View, to: Partial<Cart>, more: Partial<View> = {}): Reaction => ({
  kind: 'change',
  viewId: view.id,
  to: { cart: { ...cartOf(view), ...to }, ...more },
});

/** Takes the row up to the top again, for a list that begins. */
const atTop = { index: 0, chosen: undefined };

const on =
  (...steps: Cart['step'][]) =>
  ({ view }: Context<Making>): boolean =>
    steps.includes(cartOf(view).step);

const itemKey = (key: string, label: Key['label'], by: number): Key<Making> => ({
  key,
  label,
  when: (context) => on('items')(context) && chosenOf(context) !== undefined,
  react: (context) => {
    const { view, words } = context;
    const itemId = chosenOf(context)!;
    const item = context.content.items.find((item) => item.itemId === itemId);
    if (item?.soldOut)
      return {
        kind: 'tell',
        notice: { text: `${named(item.name, context.lang)}: ${words.cart.soldOut}`, tone: 'bad' },
      };
    const { quantities } = cartOf(view);
    const quantity = Math.max(0, Math.min(maxQuantity, (quantities[itemId] ?? 0) + by));
    return put(view, { quantities: { ...quantities, [itemId]: quantity } });
  },
});

/** Store, items, quantities, customer, payment, result: the way that every order takes. */
export const placeKeys: readonly Key<Making>[] = [
  {
    key: 'enter',
    label: (words) => words.keys.choose,
    when: (context) => on('store')(context) && chosenOf(context) !== undefined,
    react: (context) => {
      const storeId = chosenOf(context)!;
      const cart = cartOf(context.view);
      return put(context.view, { step: 'items', storeId, ...(cart.storeId !== storeId && { quantities: {} }) }, atTop);
    },
  },
  itemKey('+', (words) => words.keys.more, 1),
  itemKey('right', (words) => words.keys.more, 1),
  itemKey('-', (words) => words.keys.fewer, -1),
  itemKey('left', (words) => words.keys.fewer, -1),
  { key: 'enter', label: (words) => words.keys.goOn, when: on('items'), react: askCustomer },
  {
    key: 'enter',
    label: (words) => words.keys.pay,
    writes: true,
    when: on('pay'),
    react: (context) => pay(context, cartOf(context.view).payLater),
  },
  {
    key: 'l',
    label: (words) => words.keys.payLater,
    when: on('pay'),
    react: ({ view }) => put(view, { payLater: !cartOf(view).payLater }),
  },
  { key: 'k', label: (words) => words.cart.card, when: on('pay'), react: askCard },
  {
    key: 'enter',
    label: (words) => words.keys.again,
    writes: true,
    when: (context) => on('busy')(context) && context.now >= (cartOf(context.view).againAt ?? 0),
    react: (context) => pay(context, false),
  },
  {
    key: 'l',
    label: (words) => words.keys.payLater,
    writes: true,
    when: on('busy'),
    react: (context) => pay(context, true),
  },
  {
    key: 'enter',
    label: (words) => words.keys.watch,
    when: on('placed'),
    react: ({ view }) => ({
      kind: 'several',
      reactions: [{ kind: 'back' }, { kind: 'open', view: { screen: 'order', orderId: cartOf(view).orderId! } }],
    }),
  },
  {
    key: 'escape',
    label: (words) => words.keys.back,
    when: on('items', 'pay', 'refused', 'busy'),
    react: ({ view }) => put(view, { step: cartOf(view).step === 'items' ? 'store' : 'items' }, atTop),
  },
  {
    key: 'enter',
    label: (words) => words.keys.askAgain,
    writes: true,
    when: on('unknown'),
    react: (context) => pay(context, cartOf(context.view).payLater, cartOf(context.view).orderId),
  },
  {
    key: 'o',
    label: (words) => words.keys.watch,
    when: on('unknown'),
    react: ({ view }) => ({ kind: 'open', view: { screen: 'order', orderId: cartOf(view).orderId! } }),
  },
  {
    key: 'n',
    label: (words) => words.keys.newOrder,
    writes: true,
    when: on('placed', 'refused'),
    react: ({ view }) => put(view, { ...emptyCart, customerId: cartOf(view).customerId }, atTop),
  },
];

function askCustomer({ view, words }: Context<Making>): Reaction {
  const cart = cartOf(view);
  if (linesOf(cart).length === 0) return { kind: 'tell', notice: { text: words.cart.empty, tone: 'bad' } };
  const onText = (text: string): Reaction =>
    checked(() => put(view, { customerId: parseId(text.trim(), words.columns.customer), step: 'pay' }));
  return { kind: 'prompt', prompt: { kind: 'text', label: words.ask.customer, value: cart.customerId, onText } };
}

function askCard({ view, words }: Context<Making>): Reaction {
  const onText = (text: string): Reaction =>
    checked(() => put(view, { card: text.trim() === '' ? '' : parseId(text.trim(), words.cart.card) }));
  return { kind: 'prompt', prompt: { kind: 'text', label: words.ask.card, value: cartOf(view).card, onText } };
}

/** What comes of what somebody typed, or a sentence on why it will not do. */
function checked(make: () => Reaction): Reaction {
  try {
    return make();
  } catch (error) {
    return { kind: 'tell', notice: { text: (error as Error).message, tone: 'bad' } };
  }
}

/**
 * Places it, and shows what came of it. What was turned away or refused is over, so trying again is another order; one of which nobody knows
 * what became of it is asked for again under the same id.
 */
function pay({ view, words, lang }: Context<Making>, payLater: boolean, again?: string): Reaction {
  const cart = cartOf(view);
  const run = async (operations: Operations): Promise<Reaction> => {
    const { storeId = '', customerId, card } = cart;
    const orderId = again ?? operations.newOrderId();
    const told = (text: string, tone: 'good' | 'bad', to: Partial<Cart>): Reaction => ({
      kind: 'several',
      // Said as well: whoever has left this screen meanwhile hears of it too.
      reactions: [put(view, { payLater, orderId, ...to }), { kind: 'tell', notice: { text, tone } }],
    });
    const order = { orderId, customerId, storeId, lines: linesOf(cart), billingKey: card || `card-${customerId}` };
    try {
      const { status, totalWon } = await operations.place({ ...order, ...(payLater && { payLater }) });
      const is = words.told.is(orderId, shown(status as OrderStatus, lang));
      return told(is, 'good', { step: 'placed', status, ...(totalWon !== undefined && { totalWon }) });
    } catch (error) {
      const reason = reasonOf(error);
      if (!(error instanceof Refused)) return told(words.cart.unknown(orderId), 'bad', { step: 'unknown', reason });
      if (error.code !== 'busy') return told(`${words.cart.refused} ${reason}`, 'bad', { step: 'refused', reason });
      const againAt = operations.now() + (error.retryAfterMs ?? 1_000);
      return told(words.cart.busy, 'bad', { step: 'busy', reason, againAt });
    }
  };
  return {
    kind: 'several',
    reactions: [put(view, { step: 'asking', payLater }), { kind: 'work', saying: words.cart.deciding, run }],
  };
}
