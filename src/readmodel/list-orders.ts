import { type OrderStatus, orderStatuses } from '../actors/messages.ts';
import type { Database } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';
import { type OrderView, type StoredOrder, viewColumns, viewOf } from './find-order.ts';

export type OrderFilter = {
  customerId?: string;
  storeId?: string;
  statuses?: readonly OrderStatus[];
  /** Words that an order must have, each in its id, customer, store, basket, rider or reason, or as its status. */
  words?: readonly Word[];
  /** Default `newest`. */
  first?: 'newest' | 'oldest';
  /** Default 50. */
  limit?: number;
};

/** A word that is looked for, and the statuses that have it in their name. */
export type Word = { text: string; statuses: readonly OrderStatus[] };

/** What an order is found and put in its place by. */
const place = 'order_no, received_at, order_id';

/** Orders of each status that are searched for words, the newest or oldest; whole ids are found among all. */
const searched = 5_000;

/** Which orders are there? */
export function listOrders(db: Database, filter: OrderFilter = {}): OrderView[] {
  const { customerId, storeId, statuses = [], words = [], first = 'newest', limit = 50 } = filter;
  const order = `received_at ${first === 'newest' ? 'DESC' : 'ASC'}, order_id`;
  const search = searchFor(words);
  // Each status by itself, along its index: all of them at once would be sorted, however many wait. Only those that are the first of them
  // all are then read as a whole.
  const each = (statuses.length > 0 ? [...new Set(statuses)] : [undefined]).map((status) => {
    const { sql, values } = conditions({ customer_id: customerId, store_id: storeId, status });
    const found = (columns: string) => `SELECT ${columns} FROM orders ${sql} ORDER BY ${order} LIMIT ?`;
    if (words.length === 0) return { sql: `SELECT * FROM (${found(place)})`, values: [...values, limit] };
    return {
      sql: `SELECT * FROM (SELECT ${place} FROM (${found('*')}) WHERE ${search.sql} ORDER BY ${order} LIMIT ?)`,
      values: [...values, searched, ...search.values, limit],
    };
  });
  const rows = prepared(
    db,
    `SELECT ${viewColumns} FROM orders WHERE order_no IN (
         SELECT order_no FROM (${each.map(({ sql }) => sql).join(' UNION ALL ')}) ORDER BY ${order} LIMIT ?)`,
  )
    .raw()
    .all(...each.flatMap(({ values }) => values), limit) as StoredOrder[];
  const byId = words.length === 1 ? named(db, words[0]!.text, filter) : [];
  const all = [...new Map([...byId, ...rows.map(viewOf)].map((order) => [order.orderId, order])).values()];
  const sign = first === 'newest' ? -1 : 1;
  all.sort((a, b) => sign * (a.receivedAt - b.receivedAt) || (a.orderId < b.orderId ? -1 : 1));
  return all.slice(0, limit);
}

/** Those whose order or customer id the text is, however old. */
function named(db: Database, text: string, { customerId, storeId, statuses, limit = 50 }: OrderFilter): OrderView[] {
  const by = (column: string) =>
    prepared(db, `SELECT ${viewColumns} FROM orders WHERE ${column} = ? ORDER BY received_at DESC LIMIT ?`)
      .raw()
      .all(text, limit) as StoredOrder[];
  return [...by('order_id'), ...by('customer_id')]
    .map(viewOf)
    .filter(
      (order) =>
        (customerId === undefined || order.customerId === customerId) &&
        (storeId === undefined || order.storeId === storeId) &&
        (statuses === undefined || statuses.length === 0 || statuses.includes(order.status)),
    );
}

function conditions(columns: Record<string, string | undefined>): { sql: string; values: string[] } {
  const given = Object.entries(columns).filter((entry): entry is [string, string] => entry[1] !== undefined);
  // The first one has the index: where a customer or a store is named, few of theirs have the status, and many others do.
  const sql = given.map(([column], i) => `${i === 0 ? '' : '+'}${column} = ?`).join(' AND ');
  return { sql: sql && `WHERE ${sql}`, values: given.map(([, value]) => value) };
}

const searchable = ['order_id', 'customer_id', 'store_id', 'store_name', 'lines', 'rider_id', 'reason'];

function searchFor(words: readonly Word[]): { sql: string; values: string[] } {
  const one = ({ statuses }: Word) => [
    `instr(lower(${searchable.map((column) => `coalesce(${column}, '')`).join(` || ' ' || `)}), ?) > 0`,
    ...(statuses.length > 0 ? [`status IN (${statuses.map(() => '?').join(', ')})`] : []),
  ];
  return {
    sql: words.map((word) => `(${one(word).join(' OR ')})`).join(' AND '),
    values: words.flatMap(({ text, statuses }) => [text.toLowerCase(), ...statuses]),
  };
}

/** How many orders are there of each status? */
export function countByStatus(db: Database): Partial<Record<OrderStatus, number>> {
  const rows = prepared(db, 'SELECT status, n FROM status_counts WHERE n > 0').all() as {
    status: OrderStatus;
    n: number;
  }[];
  const counts = new Map(rows.map(({ status, n }) => [status, n]));
  return Object.fromEntries(
    orderStatuses.filter((status) => counts.has(status)).map((status) => [status, counts.get(status)!]),
  );
}
