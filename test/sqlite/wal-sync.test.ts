import { closeSync, fdatasync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DatabaseNotSynced } from '../../src/sqlite/errors.ts';
import { openDatabase } from '../../src/sqlite/open-database.ts';
import { type Sync, WalSync } from '../../src/sqlite/wal-sync.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder>; open: () => ReturnType<typeof openDatabase> }>('wal sync');

test.before.each((context) => {
  context.folder = tempFolder();
  const schema = ['CREATE TABLE t (n INTEGER);'];
  context.open = () => openDatabase(join(context.folder.path, 'a.sqlite'), { schema, synchronous: 'NORMAL' });
});
test.after.each(({ folder }) => folder.remove());

test('it is the write-ahead log of the database that is brought onto the disk', async ({ folder, open }) => {
  const db = open();
  let synced: number | undefined;
  const disk = new WalSync(db, (fd, done) => {
    synced = fstatSync(fd).ino;
    fdatasync(fd, done);
  });
  db.exec('INSERT INTO t VALUES (1)');
  await disk.stored();
  const wal = openSync(join(folder.path, 'a.sqlite-wal'), 'r');
  assert.is(synced, fstatSync(wal).ino);
  closeSync(wal);
  disk.close();
  db.close();
});

test('a disk that failed once is not believed any more', async ({ open }) => {
  const db = open();
  let failing = true;
  const disk = new WalSync(db, (fd, done) => (failing ? done(new Error('EIO')) : fdatasync(fd, done)));
  const failureOf = () =>
    disk.stored().then(
      () => undefined,
      (error: unknown) => error,
    );
  const failure = await failureOf();
  assert.instance(failure, DatabaseNotSynced);
  assert.is((failure as DatabaseNotSynced).retry, false);
  failing = false;
  assert.is(await failureOf(), failure);
  disk.close();
  db.close();
});

test('where one of several that are under way fails, those that end after it fail too', async ({ open }) => {
  const db = open();
  const ends: Parameters<Sync>[1][] = [];
  const disk = new WalSync(db, (_fd, done) => ends.push(done));
  const both = [disk.stored(), disk.stored()];
  ends[0]!(new Error('EIO'));
  ends[1]!(null);
  const results = await Promise.allSettled(both);
  assert.equal(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  disk.close();
  db.close();
});

test('closing waits for what is under way, so that no other file is taken for it', async ({ open }) => {
  const db = open();
  let finish = () => {};
  let fd = 0;
  const disk = new WalSync(db, (given, done) => {
    fd = given;
    finish = () => fdatasync(given, done);
  });
  const stored = disk.stored();
  disk.close();
  disk.close();
  fstatSync(fd);
  finish();
  await stored;
  assert.throws(() => fstatSync(fd), /EBADF/);
  db.close();
});

test.run();
