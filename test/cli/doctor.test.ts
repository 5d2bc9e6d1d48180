import { execFileSync } from 'node:child_process';
import { closeSync, constants, cpSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runDiskProbe } from '../../src/cli/doctor/run-disk-probe.ts';
import { folderOf } from '../../src/cli/open-broker.ts';
import { baedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { type Diagnosis, diagnose, filesBelow } from './doctor-stage.ts';
import { order, type Stage, stage } from './platform-under-test.ts';

const test = suite<{ at: Stage }>('baedal doctor, on the embedded broker');
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

test('where nothing has been set up there is no problem, and nothing is made', async ({ at }) => {
  const found = await diagnose(at);
  assert.is(found.code, 0);
  assert.ok(found.ok);
  for (const check of ['node', 'sqlite', 'clock', 'catalog', 'folder', 'broker'] as const)
    assert.is(found.one(check).result, 'ok', found.one(check).found);
  assert.match(found.one('actors').found, /Nobody runs them/);
  assert.is(found.one('actors').run, 'baedal up');
  assert.equal(filesBelow(at.settings.data), {});
});

test('a platform that runs is well, and one that has stopped or crashed is too; nothing is changed by looking', async ({
  at,
}) => {
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

  await (await at.up('--quiet')).kill();
  const stopped = filesBelow(folder);
  assert.not.ok(Object.keys(stopped).some((name) => name.endsWith('-wal')));
  assert.match((await diagnose(at)).one('databases').found, /whole/);
  assert.equal(filesBelow(folder), stopped);
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

test('a settings file with a mistake is the problem, and what depends on it is not checked', async ({ at }) => {
  const cwd = join(at.settings.data, '..');
  writeFileSync(join(cwd, 'baedal.yaml'), 'brokr: x\n');
  const found = await diagnose({ ...at, cwd });
  assert.is(found.code, 1);
  assert.match(found.one('settings').found, /baedal\.yaml cannot be used: "brokr" is no setting/);
  assert.is(found.one('sqlite').result, 'ok');
  assert.equal(
    ['folder', 'broker', 'actors', 'payment'].map((check) => found.one(check as 'folder').result),
    Array(4).fill('unchecked'),
  );
});

test('each setting says where it comes from, and no secret is shown, wherever it is', async ({ at }) => {
  const cwd = join(at.settings.data, '..');
  writeFileSync(join(cwd, 'baedal.yaml'), 'storeDeadline: 5\nbroker: amqp://kim:hunter2@127.0.0.1:1/?key=hunter2\n');
  const env = { ...at.env, BAEDAL_PSP_KEY: 'test_sk_hunter2', BAEDAL_BROKER: undefined };
  const runs = [[], ['--broker', 'nonsense:hunter2@x'], ['--broker', 'http://kim:hunter2@x']].map(async (args) => {
    const [json, { stdout, stderr }] = await Promise.all([
      diagnose({ env, cwd }, ...args),
      baedal(['doctor', ...args], { env, cwd }),
    ]);
    assert.not.match(json.stdout + stdout + stderr, /hunter2/);
    if (args.length > 0) return;
    const settings = json.of('settings').map(({ found }) => found);
    assert.ok(settings.includes(`storeDeadline: 5, from ${join(cwd, 'baedal.yaml')}.`), settings.join('\n'));
    assert.ok(settings.includes('lang: en, from BAEDAL_LANG.'), settings.join('\n'));
    assert.ok(settings.includes('pspKey: a test key, from BAEDAL_PSP_KEY.'), settings.join('\n'));
    assert.ok(
      settings.some((text) => text.startsWith('broker: amqp://kim:***@127.0.0.1:1/, from ')),
      settings.join('\n'),
    );
  });
  await Promise.all(runs);
});

test('a catalogue with a mistake is a problem, with its line', async ({ at }) => {
  writeFileSync(at.settings.catalog!, 'stores:\n  - id: a\n');
  const found = await diagnose(at);
  assert.is(found.code, 1);
  assert.match(found.one('catalog').found, /:2/);
});

test('a disk that does not answer holds nobody up: what came before is told, the rest is not checked', async ({
  at,
}) => {
  const folder = folderOf(at.settings);
  mkdirSync(folder, { recursive: true });
  const pipe = join(folder, 'menu.json');
  execFileSync('mkfifo', [pipe]); // to read it waits for somebody who never comes
  const { facts, late } = await runDiskProbe(at.settings, 3_000).all;
  assert.ok(late);
  assert.is(facts.folder?.exists, true);
  assert.is(facts.databases, undefined);
  const toWrite = () => openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  await eventually(() => assert.throws(toWrite, /ENXIO/, 'whoever waited to read it is gone'));
});

test('lines fit a terminal of 80 cells, commands are whole, and each result is a sign and a word', async ({ at }) => {
  const [{ stdout, code }, korean] = await Promise.all([at.run('doctor'), at.run('doctor', '--lang', 'ko')]);
  assert.is(code, 0);
  const { default: width } = await import('string-width');
  for (const line of stdout.split('\n')) if (!line.includes('$ ')) assert.ok(width(line) <= 80, line);
  assert.match(stdout, /^ {2}Node {10}✓ ok /m);
  assert.match(stdout, /^ {2}Actors {8}▲ warning {4}Nobody runs them/m);
  assert.match(stdout, /^ +\$ baedal up$/m);
  assert.match(stdout, /\nNo problem, \d+ warnings?\.\n$/);
  assert.match(korean.stdout, /^ {2}액터 {10}▲ 주의/m);
});

test.run();
