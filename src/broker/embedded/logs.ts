import type { Database, Statement } from '../../sqlite/open-database.ts';
import type { Body } from '../codec.ts';
import { Unroutable } from '../errors.ts';
import type { Topology } from '../topology.ts';
import { logOf, placeOf } from './schema.ts';

export type Row = { place: number; attempt: number; failingSince: number | null; body: Body };

/** What is stored of one entry. */
export type Stored = Pick<Row, 'attempt' | 'failingSince' | 'body'>;

type Head = { next: number; length: number };

/** Adds to and takes from the logs. Every method that writes must run between `begin` and `end`, inside one transaction. */
export class Logs {
  readonly #ids = new Map<string, number>();
  readonly #heads = new Map<number, Head>();
  readonly #statements: ReturnType<typeof prepared>;
  readonly #find: Statement<[string], { id: number }>;

  constructor(db: Database, topology: Topology) {
    this.#find = db.prepare('SELECT id FROM logs WHERE name = ?');
    const add = db.prepare('INSERT OR IGNORE INTO logs (name) VALUES (?)');
    const names = [topology.journal.name, topology.deadLetters, ...topology.queues.map(({ name }) => name)];
    // Looked for first: opening a broker that is there already should write nothing.
    if (!names.every((name) => this.#find.get(name)))
      db.transaction(() => names.forEach((name) => void add.run(name))).immediate();
    this.#statements = prepared(db);
  }

  /** @throws {Unroutable} there is no log of this name */
  idOf(name: string): number {
    const id = this.#ids.get(name) ?? this.#find.get(name)?.id;
    if (id === undefined) throw new Unroutable(name);
    this.#ids.set(name, id);
    return id;
  }

  /** The number that the next entry will get, as committed. */
  nextOf(log: number): number {
    return (this.#statements.head.get(log) as Head).next;
  }

  /** How many entries of this log are not delayed, as committed. Those in hand count. */
  waitingIn(log: number): number {
    return this.#statements.waiting.get(log)!.waiting;
  }

  begin(): void {
    this.#heads.clear();
  }

  /** Writes back how far the touched logs have come: one row a log, however many entries. */
  end(): void {
    for (const [log, { next, length }] of this.#heads) this.#statements.setHead.run(next, length, log);
  }

  /** How many entries are in store, delayed ones too. */
  lengthOf(log: number): number {
    return this.#head(log).length;
  }

  append(log: number, entry: Stored): void {
    this.#head(log).length += 1;
    this.#insert(log, entry);
  }

  appendDelayed(log: number, dueAt: number, { attempt, failingSince, body }: Stored): void {
    this.#head(log).length += 1;
    this.#statements.insertDelayed.run(log, dueAt, attempt, failingSince, body);
  }

  appendToJournal(log: number, body: Body): void {
    const head = this.#head(log);
    head.length += 1;
    this.#statements.insertJournal.run(placeOf(log, head.next), body);
    head.next += 1;
  }

  remove(place: number): void {
    if (this.#statements.remove.run(place).changes === 1) this.#head(logOf(place)).length -= 1;
  }

  /** Puts what is due by `now` at the end of its log, what is due first first; at most `limit` entries. */
  moveDue(log: number, now: number, limit: number): void {
    for (const entry of this.#statements.due.all(log, now, limit)) {
      this.#insert(log, entry);
      this.#statements.removeDelayed.run(entry.id);
    }
  }

  #insert(log: number, { attempt, failingSince, body }: Stored): void {
    const head = this.#head(log);
    this.#statements.insert.run(placeOf(log, head.next), attempt, failingSince, body);
    head.next += 1;
  }

  #head(log: number): Head {
    let head = this.#heads.get(log);
    if (!head) {
      head = this.#statements.head.get(log) as Head;
      this.#heads.set(log, head);
    }
    return head;
  }
}

const prepared = (db: Database) => ({
  head: db.prepare<[number], Head>('SELECT next, length FROM logs WHERE id = ?'),
  setHead: db.prepare('UPDATE logs SET next = ?, length = ? WHERE id = ?'),
  insert: db.prepare('INSERT INTO messages (place, attempt, failing_since, body) VALUES (?, ?, ?, ?)'),
  insertJournal: db.prepare('INSERT INTO journal (place, body) VALUES (?, ?)'),
  insertDelayed: db.prepare('INSERT INTO delayed (log, due_at, attempt, failing_since, body) VALUES (?, ?, ?, ?, ?)'),
  remove: db.prepare('DELETE FROM messages WHERE place = ?'),
  due: db.prepare<[number, number, number], Stored & { id: number }>(
    'SELECT id, attempt, failing_since AS failingSince, body FROM delayed WHERE log = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?',
  ),
  waiting: db.prepare<[number], { waiting: number }>(
    'SELECT length - (SELECT count(*) FROM delayed WHERE log = logs.id) AS waiting FROM logs WHERE id = ?',
  ),
  removeDelayed: db.prepare('DELETE FROM delayed WHERE id = ?'),
});
