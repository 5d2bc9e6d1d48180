import type { Database, Statement } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';

/** What happened in one minute. `minute` counts minutes since the epoch. */
export type Minute = {
  minute: number;
  received: number;
  deferred: number;
  placed: number;
  rejected: number;
  refused: number;
  cancelled: number;
  delivered: number;
};

type Count = keyof Omit<Minute, 'minute'>;

const countOf: Record<string, Count> = {
  OrderReceived: 'received',
  OrderDeferred: 'deferred',
  OrderPlaced: 'placed',
  OrderRejected: 'rejected',
  OrderRefused: 'refused',
  OrderCancelled: 'cancelled',
  DeliveryCompleted: 'delivered',
};

const none = { received: 0, deferred: 0, placed: 0, rejected: 0, refused: 0, cancelled: 0, delivered: 0 };
const counts = Object.keys(none) as Count[];

export const msPerMinute = 60_000;

/** Counts events in the minute in which they happened. `add` those of a batch, then `store`, in one transaction. */
export class MinuteCounts {
  private readonly fresh = new Map<number, Record<Count, number>>();
  private readonly upsert: Statement;

  constructor(db: Database) {
    this.upsert = db.prepare(
      `INSERT INTO minutes (minute, ${counts.join(', ')}) VALUES (@minute, ${counts.map((name) => `@${name}`).join(', ')})
       ON CONFLICT (minute) DO UPDATE SET ${counts.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
    );
  }

  add(type: string, at: number): void {
    const name = countOf[type];
    if (!name) return;
    const minute = Math.floor(at / msPerMinute);
    const row = this.fresh.get(minute) ?? { ...none };
    row[name]++;
    this.fresh.set(minute, row);
  }

  store(): void {
    for (const [minute, row] of this.fresh) this.upsert.run({ minute, ...row });
    this.forget();
  }

  forget(): void {
    this.fresh.clear();
  }
}

/** What happened in each of the last `count` minutes, `at` in the last one (epoch milliseconds), oldest first; empty ones too. */
export function listMinutes(db: Database, at: number, count: number): Minute[] {
  const last = Math.floor(at / msPerMinute);
  const rows = prepared(db, 'SELECT * FROM minutes WHERE minute > ? AND minute <= ?').all(
    last - count,
    last,
  ) as Minute[];
  const known = new Map(rows.map((row) => [row.minute, row]));
  return Array.from({ length: count }, (_, i) => {
    const minute = last - count + 1 + i;
    return known.get(minute) ?? { minute, ...none };
  });
}
