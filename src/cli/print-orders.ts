import type { Lang } from '../actors/notifier/texts.ts';
import type { OrderView } from '../readmodel/find-order.ts';
import { print } from './print.ts';
import { basket, cut, named, shown, span, table, won } from './show.ts';

/** Orders, a line each. `at`: now, epoch milliseconds. */
export function printOrders(orders: readonly OrderView[], lang: Lang, at: number): void {
  const rows = orders.map((order) => [
    order.orderId,
    cut(order.storeName ? named(order.storeName, lang) : (order.storeId ?? '-'), 20),
    cut(basket(order.lines, lang), 32),
    won(order.totalWon),
    shown(order.status, lang),
    span(at - order.receivedAt),
    order.customerId ?? '-',
  ]);
  print(table(['ORDER', 'STORE', 'ITEMS', 'WON', 'STATUS', 'AGE', 'CUSTOMER'], rows, [3, 5]));
}
