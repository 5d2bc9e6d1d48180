import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Database, openDatabase } from '../../src/sqlite/open-database.ts';
import { writeSoon } from '../../src/sqlite/write-soon.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder>; db: Database; add: () => void }>('write soon');

test.before.each((context) => {
  context.folder = tempFolder();
  context.db = openDatabase(join(context.folder.path, 'a.sqlite'), { schema: ['CREATE TABLE t (n INTEGER);'] });
  const insert = context.db.prepare('INSERT INTO t VALUES (1)');
  context.add = context.db.transaction(() => insert.run()).immediate;
});
test.after.each(({ folder, db }) => {
  db.close();
  folder.remove();
});

const holder = `
  import Sqlite from 'better-sqlite3';
  const db = new Sqlite(process.argv[1]);
  db.exec('BEGIN IMMEDIATE');
  console.log('held');
  setTimeout(() => { db.exec('COMMIT'); process.exit(); }, Number(process.argv[2]));
`;
/** Another process that has the lock for so many milliseconds from now on. */
async function held({ name }: Database, forMs: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, name, String(forMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
}
const rowsIn = (db: Database) => db.prepare('SELECT count(*) FROM t').pluck().get();
const patienceOf = (db: Database) => db.pragma('busy_timeout', { simple: true });

test('it waits for a lock that another process has for a moment, and for one that it has for longer', async ({
  db,
  add,
}) => {
  for (const forMs of [1, 150]) {
    const other = await held(db, forMs);
    writeSoon(db, add);
    if (other.exitCode === null) await once(other, 'exit');
  }
  assert.is(rowsIn(db), 2);
});

test('a lock that is kept for longer than it waits is told of, and nothing is written', async ({ db, add }) => {
  const other = await held(db, 60_000);
  try {
    assert.throws(
      () => writeSoon(db, add, 20),
      ({ code }: { code: string }) => code === 'SQLITE_BUSY',
    );
    assert.is(rowsIn(db), 0);
  } finally {
    other.kill();
  }
});

test('what is wrong otherwise is thrown at once, and the connection waits for locks as before', ({ db, add }) => {
  let tries = 0;
  const failing = () => {
    tries++;
    throw new Error('no');
  };
  assert.throws(() => writeSoon(db, failing), /no/);
  assert.is(tries, 1);
  assert.is(patienceOf(db), 5_000);
  writeSoon(db, add);
  assert.is(patienceOf(db), 5_000);
  assert.is(rowsIn(db), 1);
});

test.run();
