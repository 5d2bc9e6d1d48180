import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BaedalError } from '../../src/errors.ts';
import {
  DatabaseBusy,
  DatabaseDamaged,
  DatabaseMissing,
  DatabaseNewer,
  DatabaseNotWritable,
  DatabaseOlder,
} from '../../src/sqlite/errors.ts';
import { openDatabase } from '../../src/sqlite/open-database.ts';
import { asNobody } from '../harness/as-nobody.ts';

const folder = mkdtempSync(join(tmpdir(), 'baedal-sqlite-'));
test.after(() => rmSync(folder, { recursive: true }));

const v1 = ['CREATE TABLE dishes (name TEXT)'];
const v2 = [...v1, "ALTER TABLE dishes ADD COLUMN price_won INTEGER; INSERT INTO dishes VALUES ('kimbap', 4000)"];

/** Checks what `open` throws: its class, that it names the file, and that it says what to do. */
function refuses(open: () => unknown, kind: new (...args: never[]) => BaedalError, path: string, advice: RegExp): void {
  try {
    open();
  } catch (error) {
    assert.instance(error, kind);
    assert.ok((error as Error).message.includes(path), (error as Error).message);
    assert.match((error as Error).message, advice);
    return;
  }
  assert.unreachable('nothing was thrown');
}

test('folder and files are made for their owner only, and in WAL mode with full syncs', () => {
  const path = join(folder, 'new/data/a.sqlite');
  const db = openDatabase(path, { schema: v1 });
  assert.is(statSync(join(folder, 'new/data')).mode & 0o777, 0o700);
  for (const suffix of ['', '-wal', '-shm']) assert.is(statSync(path + suffix).mode & 0o777, 0o600);
  assert.is(db.pragma('journal_mode', { simple: true }), 'wal');
  assert.is(db.pragma('synchronous', { simple: true }), 2);
  db.close();
});

test('a new file has pages of 8 KB, and one that there is keeps its own', () => {
  const pageSizeOf = (path: string) => {
    const db = openDatabase(path, { schema: v1 });
    const bytes = db.pragma('page_size', { simple: true });
    db.close();
    return bytes;
  };
  assert.is(pageSizeOf(join(folder, 'new-pages.sqlite')), 8_192);
  const earlier = new Sqlite(join(folder, 'pages.sqlite'));
  earlier.exec('PRAGMA journal_mode = WAL; CREATE TABLE dishes (name TEXT); PRAGMA user_version = 1');
  earlier.close();
  assert.is(pageSizeOf(join(folder, 'pages.sqlite')), 4_096);
});

test('an older file is brought up to date with what it holds, once', () => {
  const path = join(folder, 'b.sqlite');
  const old = openDatabase(path, { schema: v1 });
  old.exec("INSERT INTO dishes VALUES ('bibimbap')");
  old.close();
  for (let n = 0; n < 2; n += 1) {
    const db = openDatabase(path, { schema: v2 });
    assert.equal(db.prepare('SELECT name FROM dishes ORDER BY rowid').pluck().all(), ['bibimbap', 'kimbap']);
    db.close();
  }
});

test('a migration that fails changes nothing', () => {
  const path = join(folder, 'c.sqlite');
  openDatabase(path, { schema: v1 }).close();
  assert.throws(() => openDatabase(path, { schema: [...v1, 'CREATE TABLE half (x); this is no SQL'] }));
  const db = openDatabase(path, { schema: v1 });
  assert.is(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").pluck().get(), 0);
  db.close();
});

test('a file from a newer version is left alone', () => {
  const path = join(folder, 'd.sqlite');
  openDatabase(path, { schema: v2 }).close();
  refuses(() => openDatabase(path, { schema: v1 }), DatabaseNewer, path, /Update baedal/);
  refuses(() => openDatabase(path, { schema: v1, readonly: true }), DatabaseNewer, path, /Update baedal/);
});

test('an older file is not migrated by a reader', () => {
  const path = join(folder, 'e.sqlite');
  openDatabase(path, { schema: v1 }).close();
  refuses(() => openDatabase(path, { schema: v2, readonly: true }), DatabaseOlder, path, /baedal up/);
});

test('a file that is no database is left as it is', () => {
  const path = join(folder, 'f.sqlite');
  const content = 'Dear diary, today I ordered jajangmyeon. '.repeat(100);
  writeFileSync(path, content);
  refuses(() => openDatabase(path, { schema: v1 }), DatabaseDamaged, path, /backup/);
  assert.is(readFileSync(path, 'utf8'), content);
});

test('a damaged database is named', () => {
  const path = join(folder, 'g.sqlite');
  openDatabase(path, { schema: v2 }).close();
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 100, 1_000);
  writeFileSync(path, bytes);
  refuses(() => openDatabase(path, { schema: [...v2, 'CREATE TABLE more (x)'] }), DatabaseDamaged, path, /backup/);
});

test('a file that is not there cannot be read', () => {
  const path = join(folder, 'none.sqlite');
  refuses(() => openDatabase(path, { schema: v1, readonly: true }), DatabaseMissing, path, /baedal up/);
  const deeper = join(folder, 'no/such/folder.sqlite');
  refuses(() => openDatabase(deeper, { schema: v1, readonly: true }), DatabaseMissing, deeper, /baedal up/);
});

test('a folder that cannot be made, or is a file, is named', () => {
  const file = join(folder, 'plain-file');
  writeFileSync(file, '');
  const path = join(file, 'h.sqlite');
  refuses(() => openDatabase(path, { schema: v1 }), DatabaseNotWritable, path, /permission/);
});

test('a file that cannot be written is found out at once', () => {
  const path = join(folder, 'locked/i.sqlite');
  mkdirSync(join(folder, 'locked'));
  openDatabase(path, { schema: v1 }).close();
  chmodSync(folder, 0o755);
  chmodSync(path, 0o444);
  chmodSync(join(folder, 'locked'), 0o555);
  refuses(() => asNobody(() => openDatabase(path, { schema: v1 })), DatabaseNotWritable, path, /permission/);
  chmodSync(join(folder, 'locked'), 0o700);
});

test('a file that may only be read is refused when it is opened to be written, not at the first write', () => {
  mkdirSync(join(folder, 'open'), { mode: 0o777 });
  chmodSync(join(folder, 'open'), 0o777);
  const path = join(folder, 'open', 'k.sqlite');
  openDatabase(path, { schema: v1 }).close();
  chmodSync(path, 0o444);
  chmodSync(folder, 0o755);
  refuses(() => asNobody(() => openDatabase(path, { schema: v1 })), DatabaseNotWritable, path, /permission/);
});

test('a file that somebody keeps locked is said to be', () => {
  const path = join(folder, 'j.sqlite');
  const holder = openDatabase(path, { schema: v1 });
  holder.exec('BEGIN IMMEDIATE');
  refuses(() => openDatabase(path, { schema: v2, busyMs: 50 }), DatabaseBusy, path, /another process/);
  holder.close();
});

test.run();
