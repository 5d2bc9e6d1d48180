import { listOrders, type OrderFilter } from '../../readmodel/list-orders.ts';
import { parseCount, parseStatuses } from '../arguments.ts';
import { query } from '../client.ts';
import { now } from '../open-broker.ts';
import { printJson, say } from '../print.ts';
import { printOrders } from '../print-orders.ts';
import { searchWords } from '../search-words.ts';
import type { Settings } from '../settings.ts';

type Flags = { customer?: string; store?: string; status?: string; search?: string; oldest?: boolean; limit: string };

/** `baedal order list` */
export async function orderList(settings: Settings, flags: Flags): Promise<void> {
  const filter: OrderFilter = {
    limit: parseCount(flags.limit, 'The limit', 10_000),
    ...(flags.customer !== undefined && { customerId: flags.customer }),
    ...(flags.store !== undefined && { storeId: flags.store }),
    ...(flags.status !== undefined && { statuses: parseStatuses(flags.status) }),
    ...(flags.search !== undefined && { words: searchWords(flags.search, settings.lang) }),
    ...(flags.oldest && { first: 'oldest' as const }),
  };
  const orders = await query(settings, (db) => listOrders(db, filter));
  if (settings.json) return printJson(orders);
  if (orders.length === 0) return say('No orders. Place one with `baedal order place`.');
  printOrders(orders, settings.lang, now());
}
