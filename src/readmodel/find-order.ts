import type { Name, OrderStatus, PricedLine } from '../actors/messages.ts';
import type { Database } from '../sqlite/open-database.ts';

/** One order as anybody may see it. Times are epoch milliseconds, money won. */
export type OrderView = {
  orderId: string;
  status: OrderStatus;
  customerId: string | null;
  storeId: string | null;
  storeName: Name | null;
  lines: PricedLine[];
  totalWon: number | null;
  paidWon: number;
  refundedWon: number;
  /** Until when it waits to be paid, if it was put off. */
  payBy: number | null;
  riderId: string | null;
  /** Why it was rejected or refused. */
  reason: string | null;
  receivedAt: number;
  changedAt: number;
};

/** One event of an order's story. `sinceMs`: since the event before. */
export type TimelineEntry = { type: string; at: number; sinceMs: number; data: Record<string, unknown> };

/** What one person was told about the order. */
export type Told = { recipient: string; about: string; channel: string; text: string; at: number };

export type OrderStory = OrderView & { timeline: TimelineEntry[]; notifications: Told[] };

/** What is read of an order to show it, as a {@link StoredOrder}. */
export const viewColumns = `
  order_no AS orderNo, order_id AS orderId, customer_id AS customerId, store_id AS storeId, store_name AS storeName, lines,
  total_won AS totalWon, status, reason, rider_id AS riderId, paid_won AS paidWon, refunded_won AS refundedWon, pay_by AS payBy,
  received_at AS receivedAt, changed_at AS changedAt`;

/** A row as SQLite gives it. */
export type StoredOrder = { orderNo: number } & Omit<OrderView, 'storeName' | 'lines'> & {
    storeName: string | null;
    lines: string | null;
  };

/** A stored row -> what is shown. */
export const viewOf = (row: StoredOrder): OrderView => ({
  orderId: row.orderId,
  status: row.status,
  customerId: row.customerId,
  storeId: row.storeId,
  storeName: row.storeName && JSON.parse(row.storeName),
  lines: row.lines ? JSON.parse(row.lines) : [],
  totalWon: row.totalWon,
  paidWon: row.paidWon,
  refundedWon: row.refundedWon,
  payBy: row.payBy,
  riderId: row.riderId,
  reason: row.reason,
  receivedAt: row.receivedAt,
  changedAt: row.changedAt,
});

/** What has become of one order? Nothing, if it was never heard of. */
export function findOrder(db: Database, orderId: string): OrderStory | undefined {
  const row = db.prepare(`SELECT ${viewColumns} FROM orders WHERE order_id = ?`).get(orderId) as
    | StoredOrder
    | undefined;
  if (!row) return undefined;
  const events = db
    .prepare(
      `SELECT type, at, data, event_id FROM timeline WHERE order_no = ?
       UNION ALL SELECT type, at, data, event_id FROM strange_events WHERE key = ? ORDER BY at, event_id`,
    )
    .all(row.orderNo, orderId) as { type: string; at: number; data: string }[];
  const timeline = events.map(({ type, at, data }, i) => ({
    type,
    at,
    sinceMs: at - (events[i - 1]?.at ?? at),
    data: JSON.parse(data),
  }));
  const notifications = db
    .prepare(
      'SELECT recipient, about, channel, text, at FROM notifications WHERE order_no = ? ORDER BY notification_no',
    )
    .all(row.orderNo) as Told[];
  return { ...viewOf(row), timeline, notifications };
}
