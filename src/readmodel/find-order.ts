import type { Name, OrderStatus, PricedLine } from '../actors/messages.ts';
import type { Database } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';

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

/** What is read of an order to show it: with `raw`, since lists of hundreds are made of it, the columns of a {@link StoredOrder}. */
export const viewColumns = `order_id, status, customer_id, store_id, store_name, lines, total_won, paid_won, refunded_won, pay_by, rider_id,
  reason, received_at, changed_at`;

/** A row as SQLite gives it. */
export type StoredOrder = [
  orderId: string,
  status: OrderStatus,
  customerId: string | null,
  storeId: string | null,
  storeName: string | null,
  lines: string | null,
  totalWon: number | null,
  paidWon: number,
  refundedWon: number,
  payBy: number | null,
  riderId: string | null,
  reason: string | null,
  receivedAt: number,
  changedAt: number,
];

/** A stored row -> what is shown. */
export function viewOf(row: StoredOrder): OrderView {
  const [orderId, status, customerId, storeId, storeName, lines, totalWon, paidWon, refundedWon, payBy, ...rest] = row;
  const [riderId, reason, receivedAt, changedAt] = rest;
  return {
    orderId,
    status,
    customerId,
    storeId,
    storeName: storeName === null ? null : JSON.parse(storeName),
    lines: lines === null ? [] : JSON.parse(lines),
    totalWon,
    paidWon,
    refundedWon,
    payBy,
    riderId,
    reason,
    receivedAt,
    changedAt,
  };
}

/** What has become of one order? Nothing, if it was never heard of. */
export function findOrder(db: Database, orderId: string): OrderStory | undefined {
  const found = prepared(db, 'SELECT order_no FROM orders WHERE order_id = ?').pluck();
  const orderNo = found.get(orderId) as number | undefined;
  if (orderNo === undefined) return undefined;
  const row = prepared(db, `SELECT ${viewColumns} FROM orders WHERE order_no = ?`).raw().get(orderNo) as StoredOrder;
  const events = prepared(
    db,
    `SELECT type, at, data, event_id FROM timeline WHERE order_no = ?
       UNION ALL SELECT type, at, data, event_id FROM strange_events WHERE key = ? ORDER BY at, event_id`,
  ).all(orderNo, orderId) as { type: string; at: number; data: string }[];
  const timeline = events.map(({ type, at, data }, i) => ({
    type,
    at,
    sinceMs: at - (events[i - 1]?.at ?? at),
    data: JSON.parse(data),
  }));
  const notifications = prepared(
    db,
    'SELECT recipient, about, channel, text, at FROM notifications WHERE order_no = ? ORDER BY notification_no',
  ).all(orderNo) as Told[];
  return { ...viewOf(row), timeline, notifications };
}
