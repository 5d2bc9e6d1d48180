import type { Database } from './open-database.ts';

/**
 * Milliseconds between the first tries for a lock. SQLite itself looks again after 1, 2, 5, 10, 15, 20 and 25 ms, and so waits for several times as
 * long as another process's commit takes.
 */
const pausesMs = [0.1, 0.1, 0.1, 0.2, 0.2, 0.3, 0.5, 0.5, 1, 1, 1, 1];

/**
 * Runs an immediate transaction, for whose lock the thread stands still no longer than is needed.
 * @param busyMs milliseconds that SQLite waits for it in the end, default 5000, as `openDatabase` has it
 * @throws as `write`: SQLITE_BUSY where another process has kept the lock for longer
 */
export function writeSoon<T>(db: Database, write: () => T, busyMs = 5_000): T {
  db.pragma('busy_timeout = 0');
  try {
    for (const ms of pausesMs) {
      try {
        return write();
      } catch (thrown) {
        if (!isBusy(thrown)) throw thrown;
      }
      Atomics.wait(nobodyWakes, 0, 0, ms);
    }
  } finally {
    db.pragma(`busy_timeout = ${busyMs}`);
  }
  return write();
}

/** Also while another process brings the log of one that died in order. */
const isBusy = (thrown: unknown) => /^SQLITE_BUSY/.test(String((thrown as { code?: unknown }).code));

const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
