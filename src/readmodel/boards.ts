import type { OrderStatus } from '../actors/messages.ts';
import type { Database } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';
import { type OrderView, type StoredOrder, viewColumns, viewOf } from './find-order.ts';
import { listOrders } from './list-orders.ts';

export type BoardFilter = {
  storeId?: string;
  /** Default 1000. */
  limit?: number;
};

/** What an order is while it is the kitchen's, and while it is the riders'. */
export const inKitchen: readonly OrderStatus[] = ['placed', 'accepted'];
export const withRiders: readonly OrderStatus[] = ['cooked', 'assigned', 'on-the-way'];

/** What waits to be accepted or is on the stove, oldest first? */
export function kitchenBoard(db: Database, { storeId, limit = 1_000 }: BoardFilter = {}): OrderView[] {
  if (storeId === undefined) return listOrders(db, { statuses: inKitchen, first: 'oldest', limit });
  // The status stands in the text, not in a parameter: only so SQLite knows that the index of the board has it.
  const one = (status: 'placed' | 'accepted') =>
    `SELECT * FROM (SELECT order_no, received_at FROM orders
       WHERE store_id = @storeId AND status = '${status}' AND status IN ('placed', 'accepted') ORDER BY received_at LIMIT @limit)`;
  const rows = prepared(
    db,
    `SELECT ${viewColumns} FROM orders WHERE order_no IN (
         SELECT order_no FROM (${one('placed')} UNION ALL ${one('accepted')}) ORDER BY received_at LIMIT @limit)
       ORDER BY received_at`,
  )
    .raw()
    .all({ storeId, limit }) as StoredOrder[];
  return rows.map(viewOf);
}

/** What is to be picked up or on its way, oldest first? */
export const riderBoard = (db: Database, { limit = 1_000 }: { limit?: number } = {}): OrderView[] =>
  listOrders(db, { statuses: withRiders, first: 'oldest', limit });
