import fs, { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DatabaseDamaged, DatabaseMissing } from '../../src/sqlite/errors.ts';
import { faultIn, openToLook, outsideOf } from '../../src/sqlite/look.ts';
import { openDatabase } from '../../src/sqlite/open-database.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const folder = tempFolder();
test.after(folder.remove);

const schema = ['CREATE TABLE notes (text TEXT NOT NULL);'];
const write = (path: string) => {
  const db = openDatabase(path, { schema });
  db.exec("INSERT INTO notes VALUES ('first')");
  return db;
};
const notesIn = (path: string) => {
  const db = openToLook(path);
  const notes = db?.prepare('SELECT text FROM notes').pluck().all();
  db?.close();
  return notes;
};

test('a database that nobody has open is read, and no file is made beside it', () => {
  const path = folder.file('closed.sqlite');
  write(path).close();
  const before = readdirSync(folder.path);
  assert.equal(notesIn(path), ['first']);
  assert.equal(outsideOf(path), { ...outsideOf(path), open: false, wal: true, walBytes: 0 });
  assert.equal(readdirSync(folder.path), before);
});

test('one that somebody has open is read with what is only in its log yet', () => {
  const path = folder.file('open.sqlite');
  const db = write(path);
  db.pragma('wal_autocheckpoint = 0');
  db.exec("INSERT INTO notes VALUES ('second')");
  assert.ok(outsideOf(path).open && outsideOf(path).walBytes > 0);
  assert.equal(notesIn(path), ['first', 'second']);
  const [copy, log] = [folder.file('copy.sqlite'), folder.file('copy.sqlite-wal')];
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, log);
  assert.is(openToLook(copy), undefined, 'what is only in the log would be missing');
  db.close();
});

/** Reads a file in two halves, with something between them, the first time that it is read whole. */
function between(path: string, happens: () => void): () => void {
  const { readFileSync } = fs;
  const restore = () => {
    fs.readFileSync = readFileSync;
    syncBuiltinESMExports();
  };
  fs.readFileSync = ((file: string) => {
    restore();
    assert.is(file, path);
    const first = readFileSync(path);
    happens();
    const second = readFileSync(path);
    const half = first.length / 2;
    return Buffer.concat([first.subarray(0, half), second.subarray(half)]);
  }) as typeof readFileSync;
  syncBuiltinESMExports();
  return restore;
}

test('one that is opened and written to while it is read is read again, and not said to be damaged', () => {
  for (const stays of [false, true]) {
    const path = folder.file(`overtaken-${stays}.sqlite`);
    const filled = write(path);
    const add = filled.prepare('INSERT INTO notes VALUES (?)');
    for (let n = 0; n < 200; n++) add.run('x'.repeat(1_000));
    filled.close();
    let other: ReturnType<typeof openDatabase> | undefined;
    const restore = between(path, () => {
      other = openDatabase(path, { schema });
      other.exec("DELETE FROM notes; VACUUM; INSERT INTO notes VALUES ('last')");
      other.pragma('wal_checkpoint(TRUNCATE)');
      if (!stays) other.close();
    });
    const db = openToLook(path)!;
    restore();
    assert.is(faultIn(db, path), undefined);
    assert.equal(db.prepare('SELECT text FROM notes').pluck().all(), ['last']);
    db.close();
    other?.close();
  }
});

test('what is no database, or is not there, is said to be', () => {
  const path = folder.file('text.sqlite');
  writeFileSync(path, 'no database');
  assert.throws(
    () => openToLook(path),
    (error: unknown) => error instanceof DatabaseDamaged,
  );
  assert.throws(
    () => openToLook(folder.file('none.sqlite')),
    (error: unknown) => error instanceof DatabaseMissing,
  );
});

test('a database that was never written to is an empty one', () => {
  const path = folder.file('empty.sqlite');
  writeFileSync(path, '');
  assert.is(outsideOf(path).wal, undefined);
  const db = openToLook(path)!;
  assert.is(faultIn(db, path), undefined);
  db.close();
});

test.run();
