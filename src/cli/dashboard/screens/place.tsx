import { Box } from 'ink';
import { type MenuItem, priceOrder, type Store } from '../../../actors/menu.ts';
import type { OrderStatus } from '../../../actors/messages.ts';
import type { Lang } from '../../../actors/notifier/texts.ts';
import { basket, named, shown, won } from '../../show.ts';
import { type Cart, cartOf, linesOf } from '../cart.ts';
import type { Words } from '../english.ts';
import { type Column, fitPieces, type Piece, wrap } from '../fit.ts';
import { Line } from '../line.tsx';
import { List } from '../list.tsx';
import { type Making, placeKeys } from '../place-keys.ts';
import type { BodyProps, Screen } from '../screen.ts';

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
  keys: placeKeys,
  Body,
};

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
  return { text: `${words.cart.total} ${won(priced.totalWon)}${words.cart.won}`, bold: true };
}

/** What it is, and how it stands with it. */
function outcome(props: BodyProps<Making>): Piece[][] {
  const { view, menu, words, lang, now, width } = props;
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
      return [
        ...what,
        [{ text: `✗ ${words.cart.refused}`, color: 'red', bold: true }],
        ...wrap(cart.reason ?? '', width - 2).map((text): Piece[] => [{ text }]),
      ];
    case 'unknown':
      return [
        ...what,
        ...wrap(`? ${words.cart.unknown(cart.orderId ?? '')}`, width - 2).map((text): Piece[] => [
          { text, color: 'yellow', bold: true },
        ]),
        ...wrap(cart.reason ?? '', width - 2).map((text): Piece[] => [{ text }]),
      ];
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
