import type { Database } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';

/** How far a read model has come. */
export type Position = {
  /** The offset in the journal to read next. */
  next: number;
  /** When the last event that it took in was published, epoch milliseconds; null: none yet. */
  lastAt: number | null;
  /** Stretches of the journal that were trimmed before they were read, each from an offset up to another. */
  gaps: { from: number; to: number }[];
};

export function positionOf(db: Database): Position {
  const row = prepared(db, 'SELECT next, last_at AS lastAt FROM journal_position').get() as
    | Pick<Position, 'next' | 'lastAt'>
    | undefined;
  const gaps = prepared(
    db,
    'SELECT first_offset AS "from", next_offset AS "to" FROM gaps ORDER BY first_offset',
  ).all() as Position['gaps'];
  return { next: row?.next ?? 0, lastAt: row?.lastAt ?? null, gaps };
}

/** The offset to read next, alone. */
export const nextOf = (db: Database): number =>
  (prepared(db, 'SELECT next FROM journal_position').pluck().get() as number | undefined) ?? 0;

/** How far behind the journal somebody is. An entry of the journal holds what one commit published together: an event, or a few. */
export type Behind = { entries: number; ms: number };

/** The journal's end as `journalEnd` gave it, and when: epoch milliseconds. */
export type SeenEnd = { end: number; at: number };

/** What was published this short a time ago is on its way to us, milliseconds; RabbitMQ's own mark of its end among it. */
const underWayMs = 250;

/**
 * @param seen the ends that were seen lately, the newest first; the newest that nothing can be under way to any more counts
 * @param now epoch milliseconds
 */
export function behind(
  { next, lastAt }: Pick<Position, 'next' | 'lastAt'>,
  seen: readonly SeenEnd[],
  now: number,
): Behind {
  const settled = seen.find(({ at }) => now - at >= underWayMs);
  if (!settled || next >= settled.end) return { entries: 0, ms: 0 };
  return { entries: settled.end - next, ms: Math.max(0, now - (lastAt ?? settled.at)) };
}
