import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import {
  DatabaseBusy,
  DatabaseDamaged,
  DatabaseDiskFailed,
  DatabaseMissing,
  DatabaseNewer,
  DatabaseNotWritable,
  DatabaseOlder,
} from './errors.ts';
import { makeFolder } from './make-folder.ts';

export type { Database, Statement } from 'better-sqlite3';

export type DatabaseOptions = {
  /** SQL scripts: the one at index i brings the file from version i to version i + 1. Add to the end, never change one. */
  schema: readonly string[];
  /** Opens an existing file for reading only. Default false: the file (mode 0600) and its folder (0700) are made where missing. */
  readonly?: boolean;
  /** FULL: a commit survives a power cut. NORMAL: it survives a crash of the process only. OFF: a power cut may damage the file. Default FULL. */
  synchronous?: 'FULL' | 'NORMAL' | 'OFF';
  /** How long to wait for another process's write, milliseconds. Default 5000. */
  busyMs?: number;
};

/**
 * Opens a SQLite file in WAL mode and brings its schema up to date. Use `.immediate()` for every transaction that writes.
 * @throws {DatabaseDamaged | DatabaseNewer | DatabaseOlder | DatabaseNotWritable | DatabaseMissing | DatabaseBusy | DatabaseDiskFailed}
 */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const { schema, readonly = false, synchronous = 'FULL', busyMs = 5_000 } = options;
  let db: Database | undefined;
  try {
    if (!readonly) makePrivate(path);
    db = new Sqlite(path, { readonly, fileMustExist: readonly, timeout: busyMs });
    if (!readonly) {
      // Of a new file only. With half as many of twice the size, an order took 5 % less processor time, and rows seldom need a page of their own.
      db.pragma('page_size = 8192');
      switchToWal(db, busyMs);
    }
    db.pragma(`synchronous = ${synchronous}`);
    db.pragma('foreign_keys = ON');
    db.pragma('journal_size_limit = 67108864');
    // A batch touches more pages than SQLite's 2 MB hold, and a page that is written again and again is cheapest checkpointed once.
    db.pragma('cache_size = -32768');
    db.pragma('wal_autocheckpoint = 2000');
    if (readonly) checkVersion(db, path, schema.length);
    else migrate(db, path, schema);
    return db;
  } catch (thrown) {
    db?.close();
    throw explained(path, thrown, readonly);
  }
}

/** What SQLite or the file system threw, as an error that says what to do; anything else comes back as it is. */
export function explained(path: string, thrown: unknown, readonly = false): unknown {
  const code = (thrown as { code?: unknown } | undefined)?.code;
  // better-sqlite3 throws a TypeError without a code where the folder is missing.
  if (thrown instanceof TypeError && /directory does not exist/.test(thrown.message))
    return new DatabaseMissing(path, thrown);
  if (typeof code !== 'string') return thrown;
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return new DatabaseDamaged(path, thrown);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new DatabaseBusy(path, thrown);
  if (/^(SQLITE_FULL|SQLITE_IOERR|ENOSPC|EDQUOT|EIO)/.test(code)) return new DatabaseDiskFailed(path, thrown);
  if (/^(SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_PERM|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT)/.test(code)) {
    return readonly ? new DatabaseMissing(path, thrown) : new DatabaseNotWritable(path, thrown);
  }
  return thrown;
}

/** Nobody else may read who ordered what: neither in a folder that we make, nor in one that was there. */
function makePrivate(path: string): void {
  makeFolder(dirname(path));
  try {
    // Only ever a new file: closing one that this process has open in SQLite would drop its locks. -wal and -shm follow its mode.
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // there already, or SQLite will say why not
  }
}

/** Switching needs the file for itself, and SQLite's own waiting does not cover it when several processes start at once. */
function switchToWal(db: Database, busyMs: number): void {
  const giveUp = Date.now() + busyMs;
  while (db.pragma('journal_mode', { simple: true }) !== 'wal') {
    try {
      db.pragma('journal_mode = WAL');
    } catch (thrown) {
      if (Date.now() > giveUp || (thrown as { code?: string }).code !== 'SQLITE_BUSY') throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** Always takes the write lock once, so that a file that cannot be written is found now and not at the first write. */
function migrate(db: Database, path: string, schema: readonly string[]): void {
  db.transaction(() => {
    const version = versionOf(db);
    if (version > schema.length) throw new DatabaseNewer(path, version, schema.length);
    if (version === schema.length) return touch(db);
    for (const script of schema.slice(version)) db.exec(script);
    db.pragma(`user_version = ${schema.length}`);
  }).immediate();
}

/** A statement that may write, and writes nothing. On a file that may only be read even an immediate transaction only reads. */
function touch(db: Database): void {
  const table = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' LIMIT 1")
    .pluck()
    .get() as string | undefined;
  if (table !== undefined) db.exec(`DELETE FROM "${table}" WHERE 0`);
}

function checkVersion(db: Database, path: string, known: number): void {
  const version = versionOf(db);
  if (version > known) throw new DatabaseNewer(path, version, known);
  if (version < known) throw new DatabaseOlder(path, version, known);
}

const versionOf = (db: Database): number => db.pragma('user_version', { simple: true }) as number;
