import type { Database } from '../../sqlite/open-database.ts';
import { countedQueues, type Topology } from '../topology.ts';
import { endOf, schema, startOf } from './schema.ts';

/** The version that the broker's file has once it is up to date. */
export const brokerVersion = schema.length;

/** What the embedded broker holds for one namespace. */
export type EmbeddedFacts = {
  /** Logs of this topology that the file does not have. */
  missing: string[];
  /** `waiting`: delayed ones are not counted. `miscounted`: whether it holds another number than it says. */
  queues: { name: string; actor: string; waiting: number; delayed: number; miscounted: boolean }[];
  /** The first entry that the journal still has, and the number that the next one gets; null where it has none. */
  journal: { first: number; end: number } | null;
  /** What each who told something said last, as text. */
  told: string[];
};

/** @param db the broker's file, of this version */
export function examineEmbedded(db: Database, topology: Topology): EmbeddedFacts {
  const find = db.prepare<[string], { id: number; next: number; length: number }>(
    'SELECT id, next, length FROM logs WHERE name = ?',
  );
  const count = (sql: string, ...args: number[]) =>
    db
      .prepare(sql)
      .pluck()
      .get(...args) as number;
  const missing: string[] = [];
  const queues = countedQueues(topology).flatMap(({ queue, actor }) => {
    const log = find.get(queue);
    if (!log) {
      missing.push(queue);
      return [];
    }
    const { id, length } = log;
    const waiting = count('SELECT count(*) FROM messages WHERE place >= ? AND place < ?', startOf(id), endOf(id));
    const delayed = count('SELECT count(*) FROM delayed WHERE log = ?', id);
    return [{ name: queue, actor, waiting, delayed, miscounted: length !== waiting + delayed }];
  });
  const log = find.get(topology.journal.name);
  if (!log) missing.push(topology.journal.name);
  const first = log
    ? (db
        .prepare('SELECT min(place) FROM journal WHERE place >= ? AND place < ?')
        .pluck()
        .get(startOf(log.id), endOf(log.id)) as number | null)
    : null;
  const journal = log && first !== null ? { first: first - startOf(log.id), end: log.next } : null;
  const told = db.prepare('SELECT body FROM broadcasts WHERE channel = ?').pluck().all(topology.prefix) as string[];
  return { missing, queues, journal, told };
}
