import { eventTypes } from '../actors/messages.ts';
import type { Database, Statement } from '../sqlite/open-database.ts';
import { DeadLetterRows } from './dead-letter-rows.ts';
import { MinuteCounts } from './minutes.ts';
import { foldOrder, type JournalEvent } from './order-fold.ts';
import { type NumberedOrder, OrderRows } from './order-rows.ts';
import { nextOf } from './position.ts';

/** An entry of the journal; without an event where the stored bytes are none. */
export type Entry = { offset: number; envelope?: JournalEvent };

/** Everything that is folded from the journal. */
const folded = [
  'orders',
  'timeline',
  'notifications',
  'breaker_changes',
  'dead_letters',
  'strange_events',
  'status_counts',
  'minutes',
  'gaps',
  'journal_position',
];

const known = new Set<string>(eventTypes);

/** Folds the journal into the read model: the rows and the position in one transaction, so a crash repeats nothing. */
export class Projection {
  private readonly orders: OrderRows;
  private readonly minutes: MinuteCounts;
  private readonly deadLetters: DeadLetterRows;
  private readonly sql: Record<'event' | 'notification' | 'breaker' | 'strange' | 'gap' | 'move', Statement>;
  private readonly clear: () => void;
  private readonly run: (entries: readonly Entry[]) => void;

  constructor(private readonly db: Database) {
    this.orders = new OrderRows(db);
    this.minutes = new MinuteCounts(db);
    this.deadLetters = new DeadLetterRows(db);
    this.sql = {
      event: db.prepare('INSERT OR IGNORE INTO timeline (event_id, order_no, type, at, data) VALUES (?, ?, ?, ?, ?)'),
      notification: db.prepare(
        'INSERT OR IGNORE INTO notifications (event_id, order_no, recipient, about, channel, text, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ),
      breaker: db.prepare(
        'INSERT OR IGNORE INTO breaker_changes (event_id, partner, state, reason, at) VALUES (?, ?, ?, ?, ?)',
      ),
      strange: db.prepare(
        'INSERT OR IGNORE INTO strange_events (event_id, key, type, at, data) VALUES (?, ?, ?, ?, ?)',
      ),
      gap: db.prepare('INSERT OR IGNORE INTO gaps (first_offset, next_offset) VALUES (?, ?)'),
      move: db.prepare(
        `INSERT INTO journal_position (one, next, last_at) VALUES (1, ?, ?)
         ON CONFLICT (one) DO UPDATE SET next = excluded.next, last_at = coalesce(excluded.last_at, last_at)`,
      ),
    };
    this.clear = db.transaction(() => db.exec(folded.map((table) => `DELETE FROM ${table};`).join(' '))).immediate;
    this.run = db.transaction((entries: readonly Entry[]) => this.applyAll(entries)).immediate;
  }

  /** The offset to read next. */
  get next(): number {
    return nextOf(this.db);
  }

  /** A journal that ends before our place in it is another one, as after its queue was deleted: it is folded from its beginning. */
  startAnewBeyond(end: number): void {
    if (this.next <= end) return;
    this.orders.forget();
    this.clear();
  }

  /** Keeps in mind that the journal lacks what lies from our place up to offset `to`, and goes on from there. */
  skipTo(to: number): void {
    this.sql.gap.run(this.next, to);
  }

  apply(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    try {
      this.run(entries);
    } catch (error) {
      this.orders.forget();
      this.minutes.forget();
      throw error;
    }
  }

  private applyAll(entries: readonly Entry[]): void {
    const changed = new Map<string, NumberedOrder>();
    let lastAt: number | null = null;
    for (const { envelope: event } of entries) {
      if (!event) continue; // bytes that are no event tell nothing; the journal keeps them
      lastAt = event.at;
      if (event.type === 'JournalMarked') continue;
      if (!known.has(event.type)) {
        this.sql.strange.run(event.id, event.key, event.type, event.at, JSON.stringify(event.data));
        continue;
      }
      if (this.deadLetters.take(event)) continue;
      if (event.type === 'BreakerChanged') {
        const { partner, state, reason } = event.data;
        this.sql.breaker.run(event.id, partner, state, reason, event.at);
        continue;
      }
      const order = changed.get(event.key) ?? this.orders.find(event.key, event.at);
      if (!this.file(event, order.orderNo)) continue; // told twice
      this.minutes.add(event.type, event.at);
      changed.set(event.key, { ...order, row: foldOrder(order.row, event) });
    }
    for (const order of changed.values()) this.orders.save(order);
    this.orders.storeCounts();
    this.minutes.store();
    this.sql.move.run(entries.at(-1)!.offset + 1, lastAt);
  }

  /** Files an event under its order, messages to people apart; false where it is filed already. */
  private file({ id, type, at, data }: JournalEvent, orderNo: number): boolean {
    if (type === 'NotificationSent') {
      const { recipient, about, channel, text } = data;
      return this.sql.notification.run(id, orderNo, recipient, about, channel, text, at).changes > 0;
    }
    return this.sql.event.run(id, orderNo, type, at, JSON.stringify(remembered(type, data))).changes > 0;
  }
}

/** What the timeline keeps of an event: not once more what the order's row has. */
function remembered(type: string, data: Record<string, unknown>): Record<string, unknown> {
  if (type !== 'OrderReceived' && type !== 'OrderPlaced') return data;
  const { lines: _lines, storeName: _storeName, ...rest } = data;
  return rest;
}
