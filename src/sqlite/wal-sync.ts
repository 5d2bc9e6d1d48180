import { closeSync, fdatasync, openSync } from 'node:fs';
import { DatabaseNotSynced } from './errors.ts';
import type { Database } from './open-database.ts';

/** As `fs.fdatasync`. */
export type Sync = (fd: number, done: (error: Error | null) => void) => void;

/**
 * Waits for the disk beside the thread. A commit with `synchronous=FULL` ends with an fsync of the write-ahead log, and the thread stands
 * still for it; one with `NORMAL` owes it. Here it is made good in Node's pool of threads: once `stored` has resolved, everything that was
 * committed before it was called survives a power cut, exactly as with `FULL`. Nothing that rests on a commit may be said or done before.
 */
export class WalSync {
  readonly #path: string;
  readonly #fd: number;
  readonly #sync: Sync;
  #underWay = 0;
  #closed = false;
  #failure: DatabaseNotSynced | undefined;

  /** @param db in WAL mode, written at least once */
  constructor(db: Database, sync: Sync = fdatasync) {
    const [{ file }] = db.pragma('database_list') as [{ file: string }]; // where it lies, also if a link led there
    this.#path = file;
    this.#fd = openSync(`${file}-wal`, 'r+');
    this.#sync = sync;
  }

  /** @throws {DatabaseNotSynced} the disk failed, now or before: what it has then lost, a later fsync does not tell */
  stored(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#underWay++;
    return new Promise((resolve, reject) => {
      this.#sync(this.#fd, (error) => {
        this.#underWay--;
        if (error) this.#failure ??= new DatabaseNotSynced(this.#path, error);
        if (this.#closed) this.#closeIfIdle();
        if (this.#failure) reject(this.#failure);
        else resolve();
      });
    });
  }

  /** What is under way is finished first. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (this.#underWay === 0) closeSync(this.#fd);
  }
}
