import type { OrderStatus } from '../actors/messages.ts';
import type { Database } from '../sqlite/open-database.ts';
import { type OrderView, type StoredOrder, viewOf } from './find-order.ts';
import { listOrders } from './list-orders.ts';
import { orderColumns } from './order-rows.ts';

export type BoardFilter = {
  storeId?: string;
  /** Default 1000. */
  limit?: number;
};

/** What waits to be accepted or is on the stove, oldest first? */
export function kitchenBoard(db: Database, { storeId, limit = 1_000 }: BoardFilter = {}): OrderView[] {
  if (storeId === undefined) return listOrders(db, { statuses: ['placed', 'accepted'], first: 'oldest', limit });
  // The status stands in the text, not in a parameter: only so SQLite knows that the index of the board has it.
  const one = (status: 'placed' | 'accepted') =>
    db
      .prepare(
        `SELECT ${orderColumns} FROM orders WHERE store_id = ? AND status = '${status}' AND status IN ('placed', 'accepted')
         ORDER BY received_at LIMIT ?`,
      )
      .all(storeId, limit) as StoredOrder[];
  const rows = [...one('placed'), ...one('accepted')].sort((a, b) => a.receivedAt - b.receivedAt);
  return rows.slice(0, limit).map(viewOf);
}

const withRiders: readonly OrderStatus[] = ['cooked', 'assigned', 'on-the-way'];

/** What is to be picked up or on its way, oldest first? */
export const riderBoard = (db: Database, { limit = 1_000 }: { limit?: number } = {}): OrderView[] =>
  listOrders(db, { statuses: withRiders, first: 'oldest', limit });
