import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { settingsFrom, shippedCatalog } from '../../src/cli/settings.ts';
import { baedal } from '../harness/baedal.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { ownCatalog } from './own-catalog.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder> }>('command line');
test.before.each((context) => {
  context.folder = tempFolder();
});
test.after.each(({ folder }) => folder.remove());

test('the version is that of the package', async () => {
  const { code, stdout } = await baedal(['--version']);
  assert.is(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

const commands = [
  [],
  ['demo'],
  ['up'],
  ['menu'],
  ['order'],
  ['kitchen'],
  ['rider'],
  ['order', 'place'],
  ['order', 'status'],
  ['order', 'list'],
  ['order', 'cancel'],
  ['kitchen', 'list'],
  ['kitchen', 'accept'],
  ['kitchen', 'refuse'],
  ['kitchen', 'cooked'],
  ['rider', 'list'],
  ['rider', 'claim'],
  ['rider', 'pickup'],
  ['rider', 'deliver'],
  ['notifications'],
  ['system'],
  ['queues'],
  ['gateway'],
  ['gateway', 'check'],
  ['doctor'],
  ['dead'],
  ['dead', 'list'],
  ['dead', 'show'],
  ['dead', 'redrive'],
  ['dead', 'discard'],
];
test('the help of every command begins with examples and shows the options that go everywhere', async () => {
  for (const command of commands) {
    const { code, stdout, stderr } = await baedal([...command, '--help']);
    assert.is(code, 0, stderr);
    assert.match(stdout, /^Examples:\n {2}baedal /, command.join(' '));
    assert.match(stdout, /--broker/, command.join(' '));
  }
});

test('what was typed is said again such that it does not command the terminal', async ({ folder }) => {
  const env = { HOME: folder.path, BAEDAL_DATA: folder.path };
  const red = '\u001b[31m\u009b2J\u202e';
  for (const args of [[red], ['menu', `--${red}`], ['menu', red], ['menu', red, '--json'], ['order', 'status', red]]) {
    const { stdout, stderr, code } = await baedal(args, { env });
    assert.ok(code === 2 || code === 4, stderr);
    for (const control of ['\u001b', '\u009b', '\u202e']) assert.not.ok((stdout + stderr).includes(control), stderr);
    assert.match(stderr, /\\u001b\[31m/);
  }
});

test('a command that is one of several says which ones there are', async () => {
  const { code, stderr } = await baedal(['order']);
  assert.is(code, 2);
  assert.match(stderr, /place/);
});

const layers = async (folder: string, env: Record<string, string>, flags = {}) =>
  settingsFrom(flags, { HOME: folder, ...env }, folder);

test('flags win over the environment, that over the project’s file, that over the user’s, that over the defaults', async ({
  folder,
}) => {
  const { path } = folder;
  assert.is((await layers(path, {})).broker, 'sqlite:');
  mkdirSync(join(path, '.config', 'baedal'), { recursive: true });
  writeFileSync(join(path, '.config', 'baedal', 'config.yaml'), 'broker: amqp://user-file\nlang: ko\n');
  assert.is((await layers(path, {})).broker, 'amqp://user-file');
  writeFileSync(join(path, 'baedal.yaml'), 'broker: amqp://project-file\n');
  assert.is((await layers(path, {})).broker, 'amqp://project-file');
  assert.is((await layers(path, {})).lang, 'ko');
  assert.is((await layers(path, { BAEDAL_BROKER: 'amqp://environment' })).broker, 'amqp://environment');
  assert.is(
    (await layers(path, { BAEDAL_BROKER: 'amqp://environment' }, { broker: 'amqp://flag' })).broker,
    'amqp://flag',
  );
});

test('a settings file with a mistake is named, with what it may set', async ({ folder }) => {
  writeFileSync(join(folder.path, 'baedal.yaml'), 'brokr: x\n');
  const { code, stderr } = await baedal(['menu'], { cwd: folder.path, env: { HOME: folder.path } });
  assert.is(code, 2);
  assert.match(stderr, /baedal\.yaml cannot be used: "brokr" is no setting/);
});

test('the language comes from the locale, and from the flag before that', async ({ folder }) => {
  const menu = (args: string[], LANG: string) =>
    baedal(['menu', ...args], { env: { LANG, LC_ALL: '', HOME: folder.path, BAEDAL_DATA: folder.path } });
  assert.match((await menu([], 'ko_KR.UTF-8')).stdout, /바삭치킨 강남점/);
  assert.match((await menu([], 'C')).stdout, /Crispy Chicken Gangnam/);
  assert.match((await menu(['--lang', 'en'], 'ko_KR.UTF-8')).stdout, /Crispy Chicken Gangnam/);
});

test('columns stand straight under Hangul, which is two cells wide', async ({ folder }) => {
  const env = { HOME: folder.path, BAEDAL_DATA: folder.path };
  const { stdout } = await baedal(['menu', '--lang', 'ko'], { env });
  const { default: width } = await import('string-width');
  const [head = '', ...rows] = stdout.trimEnd().split('\n');
  const at = width(head.slice(0, head.indexOf('ACCEPTS')));
  for (const row of rows) assert.is(width(row.slice(0, row.search(/autopilot|by hand/))), at, row);
});

test('the catalogue that comes along has stores and items enough, some sold out, some by hand', async () => {
  const { loadCatalog } = await import('../../src/catalog/load-catalog.ts');
  const { stores } = loadCatalog(shippedCatalog);
  assert.ok(stores.length >= 6);
  for (const { items } of stores) assert.ok(items.length >= 6);
  assert.ok(stores.some(({ items }) => items.some(({ soldOut }) => soldOut)));
  assert.ok(stores.some(({ autoAccept }) => !autoAccept) && stores.some(({ autoAccept }) => autoAccept));
});

test('the demo places its orders, tells each one’s journey, and its money adds up', async ({ folder }) => {
  const env = { HOME: folder.path };
  const { code, stdout, stderr } = await baedal(['demo', '--orders', '30', '--speed', '6000', '--lang', 'en'], { env });
  assert.is(code, 0, stderr);
  assert.is(stdout.match(/[0-9a-z]{10} {2}\w+ {2}.*\n.*(delivered|rejected|cancelled)/g)?.length, 30, stdout);
  const [sum = ''] = /^30 orders in .*$/m.exec(stdout) ?? [];
  for (const part of ['24 delivered', '3 rejected', '3 cancelled']) assert.match(sum, part);
  assert.match(stdout, /won paid, .* won given back, .* won kept; \d+ messages sent\n$/);
});

test('the demo plays the user’s own catalogue, also where the owners work by hand', async ({ folder }) => {
  const catalog = ownCatalog(folder.path, { autoAccept: false });
  const args = ['demo', '--orders', '5', '--speed', '6000', '--catalog', catalog, '--json'];
  const { code, stdout, stderr } = await baedal(args, { env: { HOME: folder.path } });
  assert.is(code, 0, stderr);
  const { orders, statuses, keptWon, paidWon } = JSON.parse(stdout);
  assert.equal([orders, statuses], [5, { delivered: 5 }]);
  assert.ok(keptWon > 0 && keptWon === paidWon);
});

test.run();
