import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folderOf } from '../../src/cli/open-broker.ts';
import { openDatabase } from '../../src/sqlite/open-database.ts';
import { acquireLock } from '../../src/sqlite/process-lock.ts';
import { diagnose } from './doctor-stage.ts';
import { type Stage, stage } from './platform-under-test.ts';

const test = suite<{ at: Stage; folder: string }>('baedal doctor, where files are not what they should be');
test.before.each((context) => {
  context.at = stage('sqlite:');
  context.folder = folderOf(context.at.settings);
  mkdirSync(join(context.folder, 'locks'), { recursive: true, mode: 0o700 });
});
test.after.each(({ at }) => at.cleanUp());

test('a folder in the place of a database is a problem, and the other databases are looked at all the same', async ({
  at,
  folder,
}) => {
  mkdirSync(join(folder, 'actors', 'order.0.sqlite'), { recursive: true });
  openDatabase(join(folder, 'actors', 'rider.0.sqlite'), { schema: Array(99).fill('SELECT 1;') }).close();
  const found = await diagnose(at);
  assert.is(found.code, 1);
  const [first, second] = found.of('databases').map(({ result, found }) => `${result}: ${found}`);
  assert.match(first!, /^problem: .*order\.0\.sqlite cannot be read \(EISDIR/);
  assert.match(second!, /^problem: .*rider\.0\.sqlite was written by a newer baedal/);
});

test('locks that cannot be used are problems, one with a strange name a warning, and those that are held still count', async ({
  at,
  folder,
}) => {
  const inLocks = (name: string) => join(folder, 'locks', name);
  writeFileSync(inLocks('%zz.lock'), '');
  writeFileSync(inLocks('bad.lock'), 'no lock, but long enough to look like something'.repeat(50));
  const held = ['order', 'payment'].map((actor) => acquireLock(inLocks(`x.${actor}.0.lock`))!);
  const found = await diagnose(at);
  for (const lock of held) lock.release();
  assert.is(found.code, 1);
  const [bad, strange, ...rest] = found.of('folder');
  assert.equal([bad?.result, strange?.result, rest.length], ['problem', 'warning', 0]);
  assert.ok(bad?.found.includes(`The lock ${inLocks('bad.lock')} cannot be used`), bad?.found);
  assert.ok(strange?.found.includes(inLocks('%zz.lock')), strange?.found);
  assert.match(found.of('actors')[0]?.found ?? '', /Nobody runs kitchen, rider and notifier/);
});

test('a folder in the place of the name is a problem', async ({ at, folder }) => {
  mkdirSync(join(folder, 'home'));
  const found = await diagnose(at);
  assert.is(found.code, 1);
  assert.is(found.one('folder').result, 'problem');
  assert.ok(found.one('folder').found.includes(`${join(folder, 'home')} cannot be read`), found.one('folder').found);
});

test.run();
