import { reasonOf } from '../../errors.ts';
import { type Database, explained } from '../../sqlite/open-database.ts';
import { writeSoon } from '../../sqlite/write-soon.ts';
import type { LinkState } from '../broker.ts';
import type { Logs } from './logs.ts';
import type { WakeUp } from './wake-up.ts';

/** One thing to write. It shares its transaction with whatever else came in the same turn of the event loop. */
export type Work = {
  /** Whether it must survive a power cut once it is done. If false, losing it only means that something comes again. */
  durable: boolean;
  /** Runs inside the transaction. What it throws undoes the whole group, so refusals are for `done` to tell. */
  write(): void;
  /** The transaction is committed. */
  done(): void;
  /** The transaction was undone. */
  failed(cause: unknown): void;
};

/** Commits in groups: a group is what came in while the event loop was busy, often with the last commit; never a timer. */
export class Writer {
  /** What was written to in this transaction: logs by their id, other things by name. */
  readonly touched = new Set<number | string>();
  readonly #db: Database;
  readonly #wakeUp: WakeUp;
  readonly #onLink: (state: LinkState['state'], reason?: string) => void;
  readonly #commit: (group: Work[]) => void;
  #waiting: Work[] = [];
  #next: NodeJS.Immediate | undefined;
  #synchronous = 'FULL';

  constructor(db: Database, logs: Logs, wakeUp: WakeUp, onLink: (state: LinkState['state'], reason?: string) => void) {
    this.#db = db;
    this.#wakeUp = wakeUp;
    this.#onLink = onLink;
    this.#commit = db.transaction((group: Work[]) => {
      logs.begin();
      for (const work of group) work.write();
      logs.end();
    }).immediate;
  }

  add(work: Work): void {
    this.#waiting.push(work);
    this.#next ??= setImmediate(this.flush);
  }

  /** Writes what is waiting now. */
  readonly flush = (): void => {
    clearImmediate(this.#next);
    this.#next = undefined;
    const group = this.#waiting;
    if (group.length === 0) return;
    this.#waiting = [];
    this.touched.clear();
    try {
      this.#syncOn(group.some(({ durable }) => durable));
      writeSoon(this.#db, () => this.#commit(group));
    } catch (thrown) {
      this.#onLink('blocked', reasonOf(explained(this.#db.name, thrown)));
      this.#makeRoom();
      for (const work of group) work.failed(thrown);
      return;
    }
    this.#onLink('up');
    for (const work of group) work.done();
    this.#wakeUp.ring(this.touched);
  };

  /** A full disk stops the write-ahead log from growing; brought into the database, it is free to start over. */
  #makeRoom(): void {
    try {
      this.#db.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // no room for that either
    }
  }

  #syncOn(durable: boolean): void {
    const wanted = durable ? 'FULL' : 'NORMAL';
    if (wanted === this.#synchronous) return;
    this.#db.pragma(`synchronous = ${wanted}`);
    this.#synchronous = wanted;
  }
}
