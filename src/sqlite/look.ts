import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { DatabaseBusy, DatabaseDamaged } from './errors.ts';
import { type Database, explained } from './open-database.ts';

/** A file up to this size is read into memory where nobody has it open, bytes. */
const largestInMemory = 512 * 2 ** 20;

/** What the outside of a database file says. Sizes are in bytes. */
export type Outside = {
  bytes: number;
  /** Of the write-ahead log; 0 where there is none. */
  walBytes: number;
  /** Whether somebody has it open, or had when it crashed. */
  open: boolean;
  /** Whether it keeps a write-ahead log; undefined for an empty file. */
  wal?: boolean;
};

/**
 * Looks at a database file from outside: without SQLite, and without a lock.
 * @throws {DatabaseMissing | DatabaseDamaged}
 */
export function outsideOf(path: string): Outside {
  try {
    const { size } = statSync(path);
    const walBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    const outside = { bytes: size, walBytes, open: existsSync(`${path}-shm`) };
    const header = headerOf(path);
    if (header.length === 0) return outside;
    if (header.length < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
      throw new DatabaseDamaged(path, 'it does not begin as a database does');
    return { ...outside, wal: header[18] === 2 };
  } catch (thrown) {
    throw explained(path, thrown, true);
  }
}

/**
 * Opens a database to look at it, and changes no file by that. SQLite itself makes the files of a write-ahead log even to read, and
 * leaves them behind: so only one that somebody has open already is opened in its place, and any other is read into memory.
 * @returns nothing where that cannot be done: it is too large, or there are changes in its log that nobody has taken in
 * @param tries how often it may be read again at most, where it changes meanwhile, default 10
 * @throws {DatabaseMissing | DatabaseDamaged | DatabaseBusy}
 */
export function openToLook(path: string, tries = 10): Database | undefined {
  const { bytes, walBytes, open } = outsideOf(path);
  try {
    if (open) return new Sqlite(path, { readonly: true, fileMustExist: true, timeout: 1_000 });
    if (walBytes > 0 || bytes > largestInMemory) return undefined;
    const before = statSync(path, { bigint: true });
    const image = readFileSync(path);
    const after = statSync(path, { bigint: true });
    // Whoever has opened it meanwhile may have written into it, and what was read is of no single moment.
    const changed = existsSync(`${path}-shm`) || after.mtimeNs !== before.mtimeNs || after.size !== before.size;
    if (changed && tries > 1) return openToLook(path, tries - 1);
    if (changed) throw new DatabaseBusy(path, 'it changed each time it was read');
    // In memory there is no write-ahead log, and SQLite refuses a file that says it has one.
    if (image.length >= 20) image.fill(1, 18, 20);
    return new Sqlite(image, { readonly: true });
  } catch (thrown) {
    throw explained(path, thrown, true);
  }
}

/**
 * Whether the file is whole, as far as SQLite finds out without reading each index against its table.
 * @returns what is wrong, or nothing
 * @throws {DatabaseDamaged | DatabaseBusy}
 */
export function faultIn(db: Database, path: string): string | undefined {
  try {
    const said = db.prepare('PRAGMA quick_check(1)').pluck().get() as string;
    return said === 'ok' ? undefined : said;
  } catch (thrown) {
    throw explained(path, thrown, true);
  }
}

function headerOf(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const header = Buffer.alloc(100);
    return header.subarray(0, readSync(descriptor, header, 0, header.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
