import { closeSync, cpSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folderOf } from '../../src/cli/open-broker.ts';
import { eventually } from '../harness/eventually.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { type Diagnosis, diagnose, filesBelow } from './doctor-stage.ts';
import { order, type Stage, stage } from './platform-under-test.ts';

const test = suite<{ at: Stage }>('baedal doctor, on data of the embedded broker');
test.before.each((context) => {
  context.at = stage('sqlite:');
});
test.after.each(({ at }) => at.cleanUp());

/** A platform on which an order was delivered, and nobody runs any more: made once, and never changed. */
const used = stage('sqlite:');
test.before(async () => {
  const up = await used.up('--quiet');
  assert.is((await used.run(...order('--wait', 'delivered'))).code, 0);
  await up.kill();
});
test.after(() => used.cleanUp());

/** What the doctor says once something has happened to a copy of its data folder. */
async function diagnoseAfter(happens: (folder: string) => void): Promise<Diagnosis> {
  const copy = tempFolder();
  cpSync(used.settings.data, copy.path, { recursive: true });
  happens(folderOf({ ...used.settings, data: copy.path }));
  const found = await diagnose({ env: { ...used.env, BAEDAL_DATA: copy.path } });
  copy.remove();
  return found;
}

const spoil = (file: string, from: number) => {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(8_192, 0xa5), 0, 8_192, from);
  closeSync(descriptor);
};

const setVersion = (file: string, version: number) => {
  const db = new Sqlite(file);
  db.pragma(`user_version = ${version}`);
  db.close();
};

test('a platform that runs is well, and one that has crashed is too; nothing is changed by looking', async ({ at }) => {
  const folder = folderOf(at.settings);
  const up = await at.up('--quiet');
  assert.is((await at.run(...order('--wait', 'delivered'))).code, 0);
  const running = await diagnose(at);
  assert.is(running.code, 0, running.stdout);
  assert.match(running.one('actors').found, new RegExp(`All 5 run, in 1 process \\(.*:${up.pid}\\)`));
  assert.match(running.one('databases').found, /^8 databases, .*whole/);
  assert.match(running.one('read-model').found, /up to date/);
  assert.match(running.one('payment').found, /Our own, at http:\/\/127/);
  assert.match(running.one('queues').found, /all there/);

  await up.kill('SIGKILL');
  const crashed = filesBelow(folder);
  assert.match((await diagnose(at)).one('databases').found, /whole/);
  assert.equal(filesBelow(folder), crashed);
});

test('a platform that has stopped is well, and nothing is changed by looking', async () => {
  const stopped = filesBelow(used.settings.data);
  assert.not.ok(Object.keys(stopped).some((name) => name.endsWith('-wal')));
  assert.match((await diagnose(used)).one('databases').found, /whole/);
  assert.equal(filesBelow(used.settings.data), stopped);
});

test('who runs only some of the actors is told which ones nobody runs, and how to', async ({ at }) => {
  const up = await at.up('--quiet', '--actors', 'order,payment');
  const { result, found, run } = (await diagnose(at)).one('actors');
  assert.equal([result, run], ['warning', 'baedal up --actors kitchen,rider,notifier']);
  assert.match(found, /Nobody runs kitchen, rider and notifier/);
  await up.kill();
});

test('an actor’s database that is damaged is a problem, also where only a page in its middle is', async () => {
  const text = 'this is no database, though it is long enough to be one'.repeat(9);
  const [found, overwritten] = await Promise.all([
    diagnoseAfter((folder) => spoil(join(folder, 'actors', 'order.0.sqlite'), 8_192)),
    diagnoseAfter((folder) => writeFileSync(join(folder, 'actors', 'rider.0.sqlite'), text)),
  ]);
  assert.is(found.code, 1);
  const [damaged, rest] = found.of('databases');
  assert.is(damaged?.result, 'problem');
  assert.match(damaged?.found ?? '', /actors\/order\.0\.sqlite is damaged/);
  assert.match(damaged?.cure ?? '', /restore it from a backup/);
  assert.match(rest?.found ?? '', /The other ones are whole/);
  const [first] = overwritten.of('databases');
  assert.match(first?.found ?? '', /actors\/rider\.0\.sqlite is damaged or is no database/);
});

test('a read model that is damaged, or is not where it is said to be, is made anew by a command', async () => {
  const [one, other] = await Promise.all([
    diagnoseAfter((folder) => spoil(join(folder, 'readmodel.sqlite'), 4_096)),
    diagnoseAfter((folder) => writeFileSync(join(folder, 'readmodel.current'), 'readmodel-gone.sqlite')),
  ]);
  const damaged = one.of('databases')[0]!;
  assert.equal([damaged.result, damaged.run], ['problem', 'baedal readmodel rebuild']);
  const gone = other.one('read-model');
  assert.equal([gone.result, gone.run], ['problem', 'baedal readmodel rebuild']);
  assert.match(gone.found, /readmodel-gone\.sqlite is to be the read model, and is not there/);
});

test('a database of a newer version is a problem, one of an older version only wants to be opened', async () => {
  const [newer, older] = await Promise.all(
    [99, 1].map((version) => diagnoseAfter((folder) => setVersion(join(folder, 'broker.sqlite'), version))),
  );
  assert.is(newer!.code, 1);
  assert.match(
    newer!.of('databases')[0]?.found ?? '',
    /broker\.sqlite was written by a newer baedal \(schema 99; this one knows \d+\)/,
  );
  assert.is(older!.code, 0);
  assert.equal([older!.of('databases')[0]?.result, older!.of('databases')[0]?.run], ['warning', 'baedal up']);
});

test('dead letters are counted, and there is a command to look at them', async ({ at }) => {
  const up = await at.up('--quiet');
  const db = new Sqlite(join(folderOf(at.settings), 'broker.sqlite'));
  const log = db.prepare("SELECT id, next FROM logs WHERE name LIKE '%.kitchen.0'").get() as {
    id: number;
    next: number;
  };
  db.transaction(() => {
    db.prepare('INSERT INTO messages (place, attempt, body) VALUES (?, 0, ?)').run(
      log.id * 2 ** 40 + log.next,
      'no JSON',
    );
    db.prepare('UPDATE logs SET next = next + 1, length = length + 1 WHERE id = ?').run(log.id);
  }).immediate();
  db.close();
  await eventually(async () => {
    const { result, found, run } = (await diagnose(at)).one('dead-letters');
    assert.equal([result, found, run], ['warning', 'There is 1 to decide on.', 'baedal dead list']);
  });
  await up.kill();
});

test.run();
