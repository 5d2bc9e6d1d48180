import type { OrderStatus } from '../actors/messages.ts';
import type { Database } from '../sqlite/open-database.ts';
import { type OrderView, type StoredOrder, viewOf } from './find-order.ts';
import { orderColumns } from './order-rows.ts';

export type OrderFilter = {
  customerId?: string;
  storeId?: string;
  statuses?: readonly OrderStatus[];
  /** Default `newest`. */
  first?: 'newest' | 'oldest';
  /** Default 50. */
  limit?: number;
};

/** Which orders are there? */
export function listOrders(db: Database, filter: OrderFilter = {}): OrderView[] {
  const { customerId, storeId, statuses = [], first = 'newest', limit = 50 } = filter;
  const where: string[] = [];
  const values: unknown[] = [];
  const only = (column: string, wanted: readonly (string | undefined)[]) => {
    const given = wanted.filter((value) => value !== undefined);
    if (given.length === 0) return;
    where.push(`${column} IN (${given.map(() => '?').join(', ')})`);
    values.push(...given);
  };
  only('customer_id', [customerId]);
  only('store_id', [storeId]);
  only('status', statuses);
  const rows = db
    .prepare(
      `SELECT ${orderColumns} FROM orders ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
       ORDER BY received_at ${first === 'newest' ? 'DESC' : 'ASC'}, order_id LIMIT ?`,
    )
    .all(...values, limit) as StoredOrder[];
  return rows.map(viewOf);
}

/** How many orders are there of each status? */
export function countByStatus(db: Database): Partial<Record<OrderStatus, number>> {
  const rows = db.prepare('SELECT status, count(*) AS n FROM orders GROUP BY status').all() as {
    status: OrderStatus;
    n: number;
  }[];
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}
