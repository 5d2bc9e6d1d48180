import type { Database, Statement } from '../sqlite/open-database.ts';
import { foldOrder, type JournalEvent, type OrderRow, statusOf, unknownOrder } from './order-fold.ts';

/** An entry of the journal; without an event where the stored bytes are none. */
export type Entry = { offset: number; envelope?: JournalEvent };

const upsert = `
  INSERT INTO orders (order_id, customer_id, store_id, store_name, lines, total_won, status, progress, cancel_asked, cancel_settled,
                      ended, reason, rider_id, paid_won, refunded_won, received_at, changed_at)
  VALUES (@orderId, @customerId, @storeId, @storeName, @lines, @totalWon, @status, @progress, @cancelAsked, @cancelSettled,
          @ended, @reason, @riderId, @paidWon, @refundedWon, @receivedAt, @changedAt)
  ON CONFLICT (order_id) DO UPDATE SET
    customer_id = excluded.customer_id, store_id = excluded.store_id, store_name = excluded.store_name, lines = excluded.lines,
    total_won = excluded.total_won, status = excluded.status, progress = excluded.progress, cancel_asked = excluded.cancel_asked,
    cancel_settled = excluded.cancel_settled, ended = excluded.ended, reason = excluded.reason, rider_id = excluded.rider_id,
    paid_won = excluded.paid_won, refunded_won = excluded.refunded_won, received_at = excluded.received_at,
    changed_at = excluded.changed_at`;

export const orderColumns = `
  order_id AS orderId, customer_id AS customerId, store_id AS storeId, store_name AS storeName, lines, total_won AS totalWon, status,
  progress, cancel_asked AS cancelAsked, cancel_settled AS cancelSettled, ended, reason, rider_id AS riderId, paid_won AS paidWon,
  refunded_won AS refundedWon, received_at AS receivedAt, changed_at AS changedAt`;

type Stored = Omit<OrderRow, 'storeName' | 'lines'> & { storeName: string | null; lines: string | null };

/** Folds the journal into the read model: the rows and the position in one transaction, so a crash repeats nothing. */
export class Projection {
  private readonly sql: Record<'order' | 'save' | 'event' | 'notification' | 'move', Statement>;
  private readonly run: (entries: readonly Entry[]) => void;

  constructor(private readonly db: Database) {
    this.sql = {
      order: db.prepare(`SELECT ${orderColumns} FROM orders WHERE order_id = ?`),
      save: db.prepare(upsert),
      event: db.prepare('INSERT OR IGNORE INTO timeline (order_id, event_id, type, at, data) VALUES (?, ?, ?, ?, ?)'),
      notification: db.prepare(
        'INSERT OR IGNORE INTO notifications (event_id, order_id, recipient, about, channel, text, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ),
      move: db.prepare(
        'INSERT INTO journal_position (one, next) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET next = excluded.next',
      ),
    };
    this.run = db.transaction((entries: readonly Entry[]) => this.applyAll(entries)).immediate;
  }

  /** The offset to read next. */
  get next(): number {
    const row = this.db.prepare('SELECT next FROM journal_position').get() as { next: number } | undefined;
    return row?.next ?? 0;
  }

  apply(entries: readonly Entry[]): void {
    if (entries.length > 0) this.run(entries);
  }

  private applyAll(entries: readonly Entry[]): void {
    const changed = new Map<string, OrderRow>();
    for (const { envelope: event } of entries) {
      if (!event) continue; // bytes that are no event tell nothing; the journal keeps them
      const { id, type, key, at, data } = event;
      if (type === 'JournalMarked') continue;
      if (this.sql.event.run(key, id, type, at, JSON.stringify(data)).changes === 0) continue; // told twice
      changed.set(key, foldOrder(changed.get(key) ?? this.load(key) ?? unknownOrder(key, at), event));
      if (type === 'NotificationSent')
        this.sql.notification.run(id, key, data['recipient'], data['about'], data['channel'], data['text'], at);
    }
    for (const row of changed.values())
      this.sql.save.run({
        ...row,
        status: statusOf(row),
        storeName: row.storeName && JSON.stringify(row.storeName),
        lines: row.lines && JSON.stringify(row.lines),
      });
    this.sql.move.run(entries.at(-1)!.offset + 1);
  }

  private load(orderId: string): OrderRow | undefined {
    const row = this.sql.order.get(orderId) as Stored | undefined;
    return (
      row && {
        ...row,
        storeName: row.storeName && JSON.parse(row.storeName),
        lines: row.lines && JSON.parse(row.lines),
      }
    );
  }
}
