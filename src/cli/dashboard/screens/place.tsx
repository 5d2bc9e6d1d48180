import { Box } from 'ink';
import { type MenuItem, maxQuantity, priceOrder, type Store } from '../../../actors/menu.ts';
import type { OrderStatus } from '../../../actors/messages.ts';
import type { Lang } from '../../../actors/notifier/texts.ts';
import { parseId } from '../../arguments.ts';
import { Refused } from '../../exit-code.ts';
import { basket, named, shown, won } from '../../show.ts';
import { type Column, fitPieces, type Piece } from '../fit.ts';
import { Line } from '../line.tsx';
import { List } from '../list.tsx';
import type { Operations } from '../operations.ts';
import {
  type BodyProps,
  type Cart,
  type Content,
  type Context,
  chosenOf,
  type Key,
  type Reaction,
  type Screen,
  type View,
} from '../screen.ts';
import type { Words } from '../words.ts';

type Making = Content & { stores: readonly Store[]; items: readonly MenuItem[] };

/** A cart with nothing in it. */
export const emptyCart: Cart = { step: 'store', quantities: {}, customerId: '', card: '', payLater: false };

const cartOf = ({ cart }: View): Cart => cart ?? emptyCart;

const put = (view: View, to: Partial<Cart>, more: Partial<View> = {}): Reaction => ({
  kind: 'change',
  viewId: view.id,
  to: { cart: { ...cartOf(view), ...to }, ...more },
});

/** Takes the row up to the top again, for a list that begins. */
const atTop = { index: 0, chosen: undefined };

const linesOf = ({ quantities }: Cart) =>
  Object.entries(quantities)
    .filter(([, quantity]) => quantity > 0)
    .map(([itemId, quantity]) => ({ itemId, quantity }));

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
export const place: Screen<Making> = {
  title: ({ screens }) => screens.place,
  read: (source, view) => {
    const cart = cartOf(view);
    const { stores } = source.menu();
    const items = stores.find(({ storeId }) => storeId === cart.storeId)?.items ?? [];
    const ids =
      cart.step === 'store'
        ? stores.map(({ storeId }) => storeId)
        : cart.step === 'items'
          ? items.map(({ itemId }) => itemId)
          : [];
    return { stores, items, ids };
  },
  keys: [
    {
      key: 'enter',
      label: (words) => words.keys.choose,
      when: (context) => on('store')(context) && chosenOf(context) !== undefined,
      react: (context) => {
        const storeId = chosenOf(context)!;
        const cart = cartOf(context.view);
        return put(
          context.view,
          { step: 'items', storeId, ...(cart.storeId !== storeId && { quantities: {} }) },
          atTop,
        );
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
      key: 'n',
      label: (words) => words.keys.newOrder,
      writes: true,
      when: on('placed', 'refused'),
      react: ({ view }) => put(view, { ...emptyCart, customerId: cartOf(view).customerId }, atTop),
    },
  ],
  Body,
};

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

/** Places it, and shows what came of it. What was turned away is over, so trying again is another order. */
function pay({ view, words }: Context<Making>, payLater: boolean): Reaction {
  const cart = cartOf(view);
  const asking = put(view, { step: 'asking', payLater });
  const run = async (operations: Operations): Promise<Reaction> => {
    const { storeId = '', customerId, card } = cart;
    const orderId = operations.newOrderId();
    const order = { orderId, customerId, storeId, lines: linesOf(cart), billingKey: card || `card-${customerId}` };
    try {
      const { status, totalWon } = await operations.place({ ...order, ...(payLater && { payLater }) });
      return put(view, { step: 'placed', orderId, status, payLater, ...(totalWon !== undefined && { totalWon }) });
    } catch (error) {
      const { message, retryAfterMs = 1_000 } = error as Refused;
      if (error instanceof Refused && error.code === 'busy')
        return put(view, { step: 'busy', reason: message, againAt: operations.now() + retryAfterMs });
      return put(view, { step: 'refused', orderId, reason: message });
    }
  };
  return { kind: 'several', reactions: [asking, { kind: 'work', saying: words.cart.deciding, run }] };
}

function Body(props: BodyProps<Making>) {
  const { view, content, words, lang, width, height } = props;
  const cart = cartOf(view);
  if (cart.step === 'store')
    return (
      <Titled title={words.cart.store} width={width}>
        <List
          columns={storeColumns(words, lang)}
          rows={content.stores}
          idOf={({ storeId }) => storeId}
          view={view}
          width={width}
          height={height - 2}
          empty={words.cart.noStores}
        />
      </Titled>
    );
  if (cart.step === 'items')
    return (
      <Titled title={`${storeName(props)} · ${words.cart.items}`} width={width}>
        <List
          columns={itemColumns(words, lang, cart)}
          rows={content.items}
          idOf={({ itemId }) => itemId}
          view={view}
          width={width}
          height={height - 4}
          empty={words.empty.gone}
        />
        <Line pieces={fitPieces([{ text: ' ' }], width)} />
        <Line pieces={fitPieces([{ text: ' ' }, total(props)], width)} />
      </Titled>
    );
  return (
    <Box flexDirection="column">
      {outcome(props).map((pieces, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of text has no other name
        <Line key={i} pieces={fitPieces([{ text: ' ' }, ...pieces], width)} />
      ))}
    </Box>
  );
}

function Titled({ title, width, children }: { title: string; width: number; children: React.ReactNode }) {
  return (
    <Box flexDirection="column">
      <Line pieces={fitPieces([{ text: ` ${title}`, bold: true }], width)} />
      <Line pieces={fitPieces([{ text: ' ' }], width)} />
      {children}
    </Box>
  );
}

const storeColumns = ({ columns, cart }: Words, lang: Lang): Column<Store>[] => [
  { title: columns.store, width: 16, grow: 1, cell: ({ name }) => ({ text: named(name, lang) }) },
  { title: 'ID', width: 16, cell: ({ storeId }) => ({ text: storeId, dim: true }) },
  { title: columns.items, width: 6, right: true, cell: ({ items }) => ({ text: String(items.length) }) },
  {
    title: columns.accepts,
    width: 10,
    cell: ({ autoAccept }) => ({ text: autoAccept ? cart.autopilot : cart.byHand }),
  },
];

const itemColumns = ({ columns, cart: words }: Words, lang: Lang, { quantities }: Cart): Column<MenuItem>[] => [
  { title: columns.item, width: 20, grow: 1, cell: ({ name }) => ({ text: named(name, lang) }) },
  { title: columns.won, width: 9, right: true, cell: ({ priceWon }) => ({ text: won(priceWon) }) },
  {
    title: columns.quantity,
    width: 8,
    right: true,
    cell: ({ itemId, soldOut }) =>
      soldOut
        ? { text: words.soldOut, dim: true }
        : { text: quantities[itemId] ? `×${quantities[itemId]}` : '', bold: true, color: 'cyan' },
  },
];

const storeName = ({ view, content, lang }: BodyProps<Making>): string =>
  named(content.stores.find(({ storeId }) => storeId === cartOf(view).storeId)?.name ?? null, lang);

function total({ view, menu, words }: BodyProps<Making>): Piece {
  const cart = cartOf(view);
  const priced = priceOrder(menu, cart.storeId ?? '', linesOf(cart));
  if ('refusal' in priced)
    return { text: linesOf(cart).length === 0 ? words.cart.empty : priced.refusal.reason, dim: true };
  return { text: `${words.cart.total} ${won(priced.totalWon)} ${words.cart.won}`, bold: true };
}

/** What it is, and how it stands with it. */
function outcome(props: BodyProps<Making>): Piece[][] {
  const { view, menu, words, lang, now } = props;
  const cart = cartOf(view);
  const priced = priceOrder(menu, cart.storeId ?? '', linesOf(cart));
  const lines = 'lines' in priced ? priced.lines : [];
  const what: Piece[][] = [
    [{ text: `${storeName(props)}: ${basket(lines, lang)}`, bold: true }],
    [total(props)],
    [{ text: `${words.cart.customer}: ${cart.customerId}` }],
    [{ text: `${words.cart.card}: ${cart.card || words.cart.usualCard}` }],
    [{ text: ' ' }],
  ];
  switch (cart.step) {
    case 'asking':
      return [...what, [{ text: words.cart.deciding, color: 'yellow' }]];
    case 'placed': {
      const deferred = cart.status === 'payment-deferred';
      const said: Piece = deferred
        ? { text: words.cart.deferred, color: 'yellow' }
        : { text: words.cart.placed, color: 'green' };
      return [
        ...what,
        [{ text: `${shown((cart.status ?? 'placed') as OrderStatus, lang)}  ${cart.orderId}`, bold: true }],
        [said],
      ];
    }
    case 'refused':
      return [...what, [{ text: `✗ ${words.cart.refused}`, color: 'red', bold: true }], [{ text: cart.reason ?? '' }]];
    case 'busy': {
      const seconds = Math.ceil(((cart.againAt ?? now) - now) / 1_000);
      const when = seconds > 0 ? words.cart.againIn(seconds) : words.cart.againNow;
      return [...what, [{ text: `◷ ${words.cart.busy}`, color: 'yellow', bold: true }], [{ text: when }]];
    }
    default: {
      const later = cart.payLater ? words.cart.payLater : words.cart.notLater;
      return [...what, [{ text: `${cart.payLater ? '◉' : '○'} ${later}`, dim: !cart.payLater }]];
    }
  }
}
