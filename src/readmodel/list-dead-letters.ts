import { BaedalError } from '../errors.ts';
import type { Database } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';

export const deadLetterStates = ['dead', 'redriven', 'discarded'] as const;
/** `dead`: nobody has decided on it yet. */
export type DeadLetterState = (typeof deadLetterStates)[number];

/** A message that could not be handled, and what was done about it. Times are epoch milliseconds. */
export type DeadLetterView = {
  letterId: string;
  state: DeadLetterState;
  /** The queue it was taken from, and the actor whose queue that is. */
  queue: string;
  actor: string | null;
  /** What the body says of itself, where it does. */
  messageId: string | null;
  type: string | null;
  orderId: string | null;
  /** Why it could not be handled. */
  reason: string;
  /** How often its handling was tried. */
  attempts: number;
  /** When it failed first, where that is known. */
  firstAt: number | null;
  /** When it was given up. */
  at: number;
  /** When it was redriven or discarded. */
  settledAt: number | null;
  /** Why it was discarded. */
  discardReason: string | null;
  /** As it came, as text. */
  body: string;
  /** What lies behind the reason, where there is more to say. */
  cause: string | null;
};

/** One without its body, which may be as long as a megabyte, and what lies behind that. */
export type DeadLetterHead = Omit<DeadLetterView, 'body' | 'firstAt' | 'cause'>;

export type DeadLetterFilter = {
  /** Default any. */
  state?: DeadLetterState;
  /** Only those whose reason contains this, in capitals or not. */
  reason?: string;
  /** Only those that come after this one in the list: the next page. */
  after?: { at: number; letterId: string };
  /** Default `newest`. */
  first?: 'newest' | 'oldest';
  /** Default 50. */
  limit?: number;
};

/** Several letters begin like this. */
export class LetterIdAmbiguous extends BaedalError {
  readonly code = 'letter-id-ambiguous';
  readonly retry = false;
  constructor(prefix: string, some: readonly string[]) {
    super(`Several dead letters begin with "${prefix}", such as ${some.join(' and ')}. Write more of the id.`);
  }
}

const headColumns = `
  letter_id AS letterId, state, queue, actor, message_id AS messageId, type, order_id AS orderId, reason, attempts, at,
  settled_at AS settledAt, discard_reason AS discardReason`;
// The body lies last in its row, so that a list without it never reads it.
const columns = `${headColumns}, body, first_at AS firstAt, cause`;

/** Which messages could not be handled? */
export const listDeadLetters = (db: Database, filter: DeadLetterFilter = {}): DeadLetterView[] =>
  list(db, columns, filter) as DeadLetterView[];

/** The same without their bodies. */
export const listDeadLetterHeads = (db: Database, filter: DeadLetterFilter = {}): DeadLetterHead[] =>
  list(db, headColumns, filter) as DeadLetterHead[];

function list(db: Database, read: string, filter: DeadLetterFilter): unknown[] {
  const { state, reason, after, first = 'newest', limit = 50 } = filter;
  const [order, beyond] = first === 'newest' ? ['DESC', '<'] : ['ASC', '>'];
  const where = ['at IS NOT NULL'];
  if (state !== undefined) where.push('state = @state');
  if (reason !== undefined) where.push('instr(lower(reason), lower(@reason)) > 0');
  if (after !== undefined) where.push(`(at, letter_id) ${beyond} (@at, @letterId)`);
  return prepared(
    db,
    `SELECT ${read} FROM dead_letters WHERE ${where.join(' AND ')} ORDER BY at ${order}, letter_id ${order} LIMIT @limit`,
  ).all({ ...after, state, reason, limit });
}

/**
 * One dead letter, by its id or the beginning of it. Nothing, if there is none.
 * @throws {LetterIdAmbiguous} several begin like that
 */
export function findDeadLetter(db: Database, idOrPrefix: string): DeadLetterView | undefined {
  const prefix = idOrPrefix.toLowerCase();
  if (!/^[0-9a-f]+$/.test(prefix)) return undefined;
  // `g` comes after all that an id is made of.
  const found = prepared(
    db,
    `SELECT ${columns} FROM dead_letters WHERE letter_id >= ? AND letter_id < ? AND at IS NOT NULL LIMIT 2`,
  ).all(prefix, `${prefix}g`) as DeadLetterView[];
  const exact = found.find(({ letterId }) => letterId === prefix);
  if (exact) return exact;
  if (found.length > 1)
    throw new LetterIdAmbiguous(
      prefix,
      found.map(({ letterId }) => letterId),
    );
  return found[0];
}

/** How many dead letters are there of each state? */
export function countDeadLetters(db: Database): Record<DeadLetterState, number> {
  const rows = prepared(
    db,
    'SELECT state, count(*) AS n FROM dead_letters WHERE at IS NOT NULL GROUP BY state',
  ).all() as { state: DeadLetterState; n: number }[];
  return { dead: 0, redriven: 0, discarded: 0, ...Object.fromEntries(rows.map(({ state, n }) => [state, n])) };
}

/** How many wait for somebody to decide on them? */
export const countDead = (db: Database): number =>
  prepared(db, "SELECT count(*) FROM dead_letters WHERE state = 'dead' AND at IS NOT NULL").pluck().get() as number;
