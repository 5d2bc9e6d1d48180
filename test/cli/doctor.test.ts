import { execFileSync } from 'node:child_process';
import { constants, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runDiskProbe } from '../../src/cli/doctor/run-disk-probe.ts';
import { folderOf } from '../../src/cli/open-broker.ts';
import { baedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { diagnose, filesBelow } from './doctor-stage.ts';
import { type Stage, stage } from './platform-under-test.ts';

const test = suite<{ at: Stage }>('baedal doctor, on the embedded broker');
test.before.each((context) => {
  context.at = stage('sqlite:');
});
test.after.each(({ at }) => at.cleanUp());

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
  const env = {
    ...at.env,
    BAEDAL_PSP_KEY: 'test_sk_hunter2',
    BAEDAL_JWT_SECRET: 'hunter2',
    BAEDAL_JWKS: 'https://kim:hunter2@login.example/keys?key=hunter2',
    BAEDAL_BROKER: undefined,
  };
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
    assert.ok(settings.includes('jwks: https://kim:***@login.example/keys, from BAEDAL_JWKS.'), settings.join('\n'));
    assert.ok(settings.includes('jwtSecret: a secret, from BAEDAL_JWT_SECRET.'), settings.join('\n'));
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
  const { facts, late } = await runDiskProbe(at.settings, 8_000).all;
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
