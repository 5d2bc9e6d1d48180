import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { BaedalError } from '../errors.ts';
import type { Database } from '../sqlite/open-database.ts';
import { acquireLock } from '../sqlite/process-lock.ts';
import { foldUpTo, type Journal } from './fold-journal.ts';
import { nextOf } from './position.ts';
import { type Entry, Projection } from './projection.ts';
import { openForQueries, openReadModelFile } from './schema.ts';

/** The two could not be compared. */
export class VerifyFailed extends BaedalError {
  readonly code = 'verify-failed';
  constructor(
    reason: string,
    readonly retry = false,
  ) {
    super(reason);
  }
}

/** Where the live read model and a fresh fold are not the same. `undefined`: it has no such row. */
export type Difference = {
  table: string;
  /** What the row is about, such as an order's id. */
  row: string;
  /** The first column that differs, where both have the row. */
  column?: string;
  live?: unknown;
  fresh?: unknown;
};

export type Verified = { entries: number; events: number; rows: number; difference?: Difference };

/** Each table as both must have it: rows in the order of a key of their own, numbers that only file them left out. */
const compared: Record<string, { key: string; sql: string }> = {
  orders: {
    key: 'order_id',
    sql: `SELECT order_id, status, customer_id, store_id, store_name, lines, total_won, progress, cancel_asked, cancel_settled, ended,
            reason, rider_id, paid_won, refunded_won, pay_by, received_at, changed_at FROM orders ORDER BY order_id`,
  },
  timeline: {
    key: 'event_id',
    sql: 'SELECT event_id, order_id, type, at, data FROM timeline JOIN orders USING (order_no) ORDER BY event_id',
  },
  notifications: {
    key: 'event_id',
    sql: `SELECT event_id, order_id, recipient, about, channel, text, at FROM notifications JOIN orders USING (order_no)
          ORDER BY event_id`,
  },
  breaker_changes: {
    key: 'event_id',
    sql: 'SELECT event_id, partner, state, reason, at FROM breaker_changes ORDER BY event_id',
  },
  dead_letters: {
    key: 'letter_id',
    sql: `SELECT letter_id, state, settled_at, settled_by, discard_reason, queue, actor, message_id, type, order_id, reason, attempts, at,
            body, first_at, cause FROM dead_letters ORDER BY letter_id`,
  },
  strange_events: {
    key: 'event_id',
    sql: 'SELECT event_id, key, type, at, data FROM strange_events ORDER BY event_id',
  },
  status_counts: { key: 'status', sql: 'SELECT status, n FROM status_counts WHERE n <> 0 ORDER BY status' },
  minutes: { key: 'minute', sql: 'SELECT * FROM minutes ORDER BY minute' },
};

/**
 * Folds the journal anew, beside the live read model, up to where that one is, and compares the two row by row.
 * The live one is read in one transaction meanwhile; it may be written to all the same.
 * @returns the first difference, if there is one
 * @throws {VerifyFailed}
 */
export async function verify(
  folder: string,
  journal: Journal,
  signal: AbortSignal,
  onProgress: (events: number, next: number, end: number) => void = () => {},
): Promise<Verified | 'interrupted'> {
  const lock = acquireLock(join(folder, 'locks', 'readmodel-verify.lock'));
  if (!lock) throw new VerifyFailed('It is being verified already, by another process. Wait until that is done.', true);
  try {
    // What a verification that was cut short has left.
    rmSync(join(folder, freshFolder), { recursive: true, force: true });
    return await verified(folder, journal, signal, onProgress);
  } finally {
    rmSync(join(folder, freshFolder), { recursive: true, force: true });
    lock.release();
  }
}

/** Where the fresh fold lies. */
const freshFolder = 'verify';

async function verified(
  folder: string,
  journal: Journal,
  signal: AbortSignal,
  onProgress: (events: number, next: number, end: number) => void,
): Promise<Verified | 'interrupted'> {
  const live = openForQueries(folder);
  const fresh = openReadModelFile(join(folder, freshFolder, 'fresh.sqlite'), false);
  try {
    const [read, end] = [nextOf(live), await journal.journalEnd()];
    if (read > end)
      throw new VerifyFailed(
        `The read model has read ${read} entries, but the journal ends after ${end}: it is another journal. \`baedal readmodel rebuild\` makes it what this one says.`,
      );
    const projection = new Projection(fresh);
    let events = 0;
    const foldTo = (end: number) =>
      foldUpTo(journal, projection, end, {
        signal,
        onGap: () => {}, // what the live one has and the journal has no more shows as a difference
        onFolded: (entries: readonly Entry[]) => {
          events += entries.length;
          onProgress(events, projection.next, end);
        },
      });
    if (!(await foldTo(nextOf(live)))) return 'interrupted';
    live.exec('BEGIN'); // from here on it stands still for us; the rest of the way is short
    const endNow = nextOf(live);
    if (!(await foldTo(endNow))) return 'interrupted';
    const compared = await compare(live, fresh, signal);
    if (compared === 'interrupted') return compared;
    const { rows, difference } = compared;
    return { entries: endNow, events, rows, ...(difference && { difference }) };
  } finally {
    live.close();
    fresh.close();
  }
}

/** Rows after which others have their turn, and a signal is heard. */
const rowsAtOnce = 5_000;

async function compare(
  live: Database,
  fresh: Database,
  signal: AbortSignal,
): Promise<{ rows: number; difference?: Difference } | 'interrupted'> {
  let rows = 0;
  for (const [table, { key, sql }] of Object.entries(compared)) {
    const ours = live.prepare(sql).iterate() as IterableIterator<Row>;
    const theirs = fresh.prepare(sql).iterate() as IterableIterator<Row>;
    try {
      for (;;) {
        const a = ours.next().value as Row | undefined;
        const b = theirs.next().value as Row | undefined;
        if (!a && !b) break;
        rows++;
        if (rows % rowsAtOnce === 0) await setImmediate();
        if (signal.aborted) return 'interrupted';
        const difference = differenceOf(key, a, b);
        if (difference) return { rows, difference: { table, ...difference } };
      }
    } finally {
      ours.return?.();
      theirs.return?.();
    }
  }
  return { rows };
}

type Row = Record<string, unknown>;

function differenceOf(
  key: string,
  live: Row | undefined,
  fresh: Row | undefined,
): Omit<Difference, 'table'> | undefined {
  // The one that comes first in the order of the keys is the one that the other side lacks.
  if (!fresh || (live && isBefore(live[key], fresh[key]))) return { row: String(live![key]), live };
  if (!live || live[key] !== fresh[key]) return { row: String(fresh[key]), fresh };
  const column = Object.keys(fresh).find((column) => live[column] !== fresh[column]);
  return column === undefined
    ? undefined
    : { row: String(live[key]), column, live: live[column], fresh: fresh[column] };
}

/** As SQLite orders them: numbers, or texts by their bytes. */
const isBefore = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number'
    ? a < b
    : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b))) < 0;
