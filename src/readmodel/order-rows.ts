import type { OrderStatus } from '../actors/messages.ts';
import type { Database, Statement } from '../sqlite/open-database.ts';
import { type OrderRow, statusOf, unknownOrder } from './order-fold.ts';

/** A row of the orders table, with the number that its events are filed under. */
export type NumberedOrder = { orderNo: number; row: OrderRow };

export const orderColumns = `
  order_no AS orderNo, order_id AS orderId, customer_id AS customerId, store_id AS storeId, store_name AS storeName, lines,
  total_won AS totalWon, status, progress, cancel_asked AS cancelAsked, cancel_settled AS cancelSettled, ended, reason,
  rider_id AS riderId, paid_won AS paidWon, refunded_won AS refundedWon, pay_by AS payBy, received_at AS receivedAt, changed_at AS changedAt`;

const insert = `
  INSERT INTO orders (order_no, order_id, customer_id, store_id, store_name, lines, total_won, status, progress, cancel_asked,
                      cancel_settled, ended, reason, rider_id, paid_won, refunded_won, pay_by, received_at, changed_at)
  VALUES (@orderNo, @orderId, @customerId, @storeId, @storeName, @lines, @totalWon, @status, @progress, @cancelAsked,
          @cancelSettled, @ended, @reason, @riderId, @paidWon, @refundedWon, @payBy, @receivedAt, @changedAt)`;

const changing = `
  status = @status, progress = @progress, cancel_asked = @cancelAsked, cancel_settled = @cancelSettled, ended = @ended,
  reason = @reason, rider_id = @riderId, paid_won = @paidWon, refunded_won = @refundedWon, pay_by = @payBy, changed_at = @changedAt`;

/** Each index that an update does not name is a write less. */
const updateProgress = `UPDATE orders SET ${changing} WHERE order_no = @orderNo`;

const updateAll = `
  UPDATE orders SET customer_id = @customerId, store_id = @storeId, store_name = @storeName, lines = @lines,
    total_won = @totalWon, received_at = @receivedAt, ${changing} WHERE order_no = @orderNo`;

/** Rows kept at hand at most. One process folds at a time, so they are never behind the file. */
const most = 20_000;

type Stored = { orderNo: number; storeName: string | null; lines: string | null } & Omit<
  OrderRow,
  'storeName' | 'lines'
>;

/** The orders table as the projection uses it: those in use lately are at hand. */
export class OrderRows {
  private readonly sql: Record<'find' | 'insert' | 'updateProgress' | 'updateAll' | 'count', Statement>;
  private readonly recent = new Map<string, NumberedOrder>();
  /** Goes on from where it was; all that is at hand lies ahead of it. */
  private readonly oldest = this.recent.keys();
  /** How many more or fewer orders there are of each status than is stored. */
  private readonly more = new Map<OrderStatus, number>();
  private nextNo: number;

  constructor(db: Database) {
    this.sql = {
      find: db.prepare(`SELECT ${orderColumns} FROM orders WHERE order_id = ?`),
      insert: db.prepare(insert),
      updateProgress: db.prepare(updateProgress),
      updateAll: db.prepare(updateAll),
      count: db.prepare(
        'INSERT INTO status_counts (status, n) VALUES (?, ?) ON CONFLICT (status) DO UPDATE SET n = n + excluded.n',
      ),
    };
    this.nextNo = (db.prepare('SELECT coalesce(max(order_no), 0) FROM orders').pluck().get() as number) + 1;
  }

  /** The order as it is known; one that was never heard of gets the next number, and is stored by `save`. */
  find(orderId: string, at: number): NumberedOrder {
    const known = this.recent.get(orderId) ?? this.read(orderId);
    return known ?? { orderNo: this.nextNo++, row: unknownOrder(orderId, at) };
  }

  save(order: NumberedOrder): void {
    const { orderNo, row } = order;
    const before = (this.recent.get(row.orderId) ?? this.read(row.orderId))?.row;
    if (before === row) return; // a message to somebody, say
    const status = statusOf(row);
    if (before) this.count(statusOf(before), -1);
    this.count(status, 1);
    const values = {
      ...row,
      orderNo,
      status,
      storeName: null as string | null,
      lines: null as string | null,
    };
    if (
      before &&
      before.lines === row.lines &&
      before.customerId === row.customerId &&
      before.receivedAt === row.receivedAt
    )
      this.sql.updateProgress.run(values);
    else {
      values.storeName = row.storeName && JSON.stringify(row.storeName);
      values.lines = row.lines && JSON.stringify(row.lines);
      this.sql[before ? 'updateAll' : 'insert'].run(values);
    }
    this.keep(order);
  }

  /** Stores how many orders there are of each status; once a transaction, after the last `save`. */
  storeCounts(): void {
    for (const [status, n] of this.more) if (n !== 0) this.sql.count.run(status, n);
    this.more.clear();
  }

  /** A transaction was taken back, and what is at hand may be ahead of the file. */
  forget(): void {
    this.recent.clear();
    this.more.clear();
  }

  private count(status: OrderStatus, by: number): void {
    this.more.set(status, (this.more.get(status) ?? 0) + by);
  }

  private keep(order: NumberedOrder): void {
    this.recent.set(order.row.orderId, order);
    if (this.recent.size > most) this.recent.delete(this.oldest.next().value!);
  }

  private read(orderId: string): NumberedOrder | undefined {
    const stored = this.sql.find.get(orderId) as Stored | undefined;
    if (!stored) return undefined;
    const { orderNo, storeName, lines, ...rest } = stored;
    const row = { ...rest, storeName: storeName && JSON.parse(storeName), lines: lines && JSON.parse(lines) };
    const order = { orderNo, row };
    this.keep(order);
    return order;
  }
}
