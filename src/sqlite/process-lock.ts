import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { makeFolder } from './make-folder.ts';
import { explained } from './open-database.ts';

/** A place that only one holder on this machine has. It goes with the process, however that ends. */
export type ProcessLock = {
  /** Lets the next one in. Safe to call twice. */
  release(): void;
};

/**
 * Takes the lock if it is free. The file is an empty SQLite database with an exclusive transaction open on it:
 * the operating system drops such a lock when its process dies, and SQLite also tells holders in one process apart.
 * @returns nothing if somebody holds it
 * @throws {DatabaseNotWritable | DatabaseDamaged} the lock file cannot be used
 */
export function acquireLock(path: string): ProcessLock | undefined {
  const file = openLockFile(path);
  if (firstLook(file)) return { release: file.close };
  file.close();
  return undefined;
}

/**
 * Stands by until the lock is free, looking every `everyMs` milliseconds (default 250), then calls `onHeld` once.
 * The first look is made before this returns.
 * @returns how to stop standing by; it does not release a lock already given
 * @throws as acquireLock, from the first look
 */
export function awaitLock(path: string, onHeld: (lock: ProcessLock) => void, everyMs = 250): () => void {
  const file = openLockFile(path);
  let waiting = !firstLook(file);
  if (!waiting) {
    onHeld({ release: file.close });
    return () => {};
  }
  const timer = setInterval(() => {
    if (!laterLook(file)) return;
    clearInterval(timer);
    waiting = false;
    onHeld({ release: file.close });
  }, everyMs);
  return () => {
    clearInterval(timer);
    if (waiting) file.close();
    waiting = false;
  };
}

/** Somebody who only looks at a lock is done within this long, also on a machine that is busy, milliseconds. */
const lookMs = 1_000;

/**
 * Whether somebody holds the lock. It is not taken: who wants it in that very moment waits until the question is answered, and gets it.
 * A lock whose file is not there is held by nobody.
 * @throws {DatabaseMissing | DatabaseDamaged} the lock file cannot be read
 */
export function isHeld(path: string): boolean {
  if (!existsSync(path)) return false;
  let db: Sqlite.Database | undefined;
  try {
    db = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: 0 });
    return isRefused(db, 'SELECT count(*) FROM sqlite_master');
  } catch (thrown) {
    throw explained(path, thrown, true);
  } finally {
    db?.close();
  }
}

function firstLook(file: LockFile): boolean {
  try {
    return file.take();
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

/** A disk in trouble may recover, so whoever stands by goes on doing so. */
function laterLook(file: LockFile): boolean {
  try {
    return file.take();
  } catch {
    return false;
  }
}

type LockFile = {
  /** @throws what is wrong with the file */
  take(): boolean;
  close(): void;
};

/** Keeps lock files from the garbage collector: one that is collected is closed, and its lock with it. */
const open = new Set<Sqlite.Database>();

function openLockFile(path: string): LockFile {
  try {
    makeFolder(dirname(path));
    const db = new Sqlite(path, { timeout: 0 });
    open.add(db);
    const close = () => {
      open.delete(db);
      db.close();
    };
    const take = () => {
      try {
        const giveUpAt = performance.now() + lookMs;
        // In memory, so that taking a lock needs no room on the disk and a kill leaves nothing to clean up.
        while (isRefused(db, 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')) {
          // Who holds it keeps readers out; who only looks does not, and is gone in a moment.
          if (isRefused(db, 'SELECT count(*) FROM sqlite_master') || performance.now() > giveUpAt) return false;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        }
        return true;
      } catch (thrown) {
        throw explained(path, thrown);
      }
    };
    return { take, close };
  } catch (thrown) {
    throw explained(path, thrown);
  }
}

/** Runs SQL. @returns whether a lock of somebody else keeps it from being run */
function isRefused(db: Sqlite.Database, sql: string): boolean {
  try {
    db.exec(sql);
    return false;
  } catch (thrown) {
    if (/^SQLITE_BUSY/.test((thrown as { code?: string }).code ?? '')) return true;
    throw thrown;
  }
}
