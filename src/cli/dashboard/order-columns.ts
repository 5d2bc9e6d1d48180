import type { Lang } from '../../actors/notifier/texts.ts';
import { isOver } from '../../actors/order/order-state.ts';
import type { OrderView } from '../../readmodel/find-order.ts';
import { basket, clock, named, won } from '../show.ts';
import { age } from './age.ts';
import type { Words } from './english.ts';
import type { Column } from './fit.ts';
import { statusPiece } from './tones.ts';

/** The columns that lists of orders have in common. `now`: epoch milliseconds. */
export function orderColumns(words: Words, lang: Lang, now: number): Column<OrderView>[] {
  const { columns } = words;
  return [
    { title: columns.order, width: 10, cell: ({ orderId }) => ({ text: orderId }) },
    {
      title: columns.store,
      width: 11,
      grow: 2,
      cell: ({ storeName, storeId }) => ({ text: storeName ? named(storeName, lang) : (storeId ?? '-') }),
    },
    { title: columns.items, width: 14, grow: 5, from: 78, cell: ({ lines }) => ({ text: basket(lines, lang) }) },
    { title: columns.won, width: 9, right: true, cell: ({ totalWon }) => ({ text: won(totalWon) }) },
    { title: columns.status, width: lang === 'ko' ? 14 : 18, cell: ({ status }) => statusPiece(status, lang) },
    { title: columns.waited, width: 6, right: true, from: 66, cell: (order) => waited(order, now) },
    { title: columns.customer, width: 8, grow: 1, from: 92, cell: ({ customerId }) => ({ text: customerId ?? '-' }) },
    { title: columns.rider, width: 9, from: 112, cell: ({ riderId }) => ({ text: riderId ?? '' }) },
    {
      title: columns.received,
      width: 9,
      from: 126,
      cell: ({ receivedAt }) => ({ text: clock(receivedAt).slice(0, 8), dim: true }),
    },
  ];
}

/** How long it has been under way, or how long it took in all. */
function waited({ status, receivedAt, changedAt }: OrderView, now: number) {
  const over = isOver(status);
  return { text: age(Math.max(0, (over ? changedAt : now) - receivedAt)), dim: over };
}
