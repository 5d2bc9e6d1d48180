import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { baedal, type Ended, type Running, spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts';
import { linesOf } from './provider.ts';
import { Shop } from './shop.ts';

const key = 'test_sk_of_the_tests';

const test = suite<{ folder: TempFolder; ledger: string }>('baedal psp');
test.before.each((context) => {
  context.folder = tempFolder();
  context.ledger = context.folder.file('new', 'ledger.jsonl');
});
test.after.each(({ folder }) => folder.remove());

const homeIn = ({ path }: TempFolder) => ({ HOME: path, XDG_CONFIG_HOME: path, BAEDAL_PSP_KEY: key });
const settings = (folder: TempFolder) => ({ env: homeIn(folder), cwd: folder.path });

type Started = { running: Running; shop: Shop };

async function start(folder: TempFolder, ledger: string, ...args: string[]): Promise<Started> {
  const running = spawnBaedal(['psp', '--port', '0', '--ledger', ledger, ...args], settings(folder));
  const line = await running.waitForLine('Payment provider at');
  const [, url = ''] = /at (http:\/\/127\.0\.0\.1:\d+)\. /.exec(line) ?? [];
  return { running, shop: new Shop(url, key) };
}

/** It ended with this code, said this in a sentence on stderr, and showed no stack trace. */
function says({ code, stdout, stderr }: Ended, expected: number, what: RegExp): void {
  assert.is(code, expected, stderr);
  assert.match(stderr, what);
  assert.is(stdout, '');
  assert.not.match(stderr, /\n\s+at /);
}

test('it says where it is, charges, and stops when it is told to', async ({ folder, ledger }) => {
  const { running, shop } = await start(folder, ledger, '--json');
  assert.equal(JSON.parse(running.stdout()), { url: shop.url, ledger });
  assert.is((await shop.charge()).status, 200);
  const { code, stderr } = await running.kill('SIGINT');
  assert.is(code, 0);
  assert.is(
    stderr,
    `Payment provider at ${shop.url}. Its ledger is ${ledger}. Ctrl-C stops it.\nStopping. (once more to stop at once)\n`,
  );
});

test('it stops at once, whoever still waits or hangs, and what waited was not done', async ({ folder, ledger }) => {
  const { running, shop } = await start(folder, ledger, '--latency-ms', '600000');
  const waiting = shop.charge().then(
    () => 'answered',
    () => 'gone',
  );
  await eventually(async () => (await shop.control()).json.inHand === 1);
  await shop.control({ hangRate: 1 });
  const hanging = shop.find('order-1').catch(() => 'gone');
  await eventually(async () => (await shop.control()).json.counts.hung === 1);
  assert.is((await running.kill()).code, 0);
  assert.equal(await Promise.all([waiting, hanging]), ['gone', 'gone']);
  assert.equal(linesOf(ledger), []);
});

test('after kill -9 it knows what it answered for', async ({ folder, ledger }) => {
  const first = await start(folder, ledger);
  const orders = Array.from({ length: 20 }, (_, n) => `order-${n}`);
  const answered = new Map<string, string>();
  const charges = orders.map((orderId) =>
    first.shop.charge({ orderId }).then(
      ({ json }) => answered.set(orderId, json.paymentKey),
      () => undefined,
    ),
  );
  await Promise.race(charges);
  await first.running.kill('SIGKILL');
  await Promise.all(charges);
  assert.ok(answered.size > 0);

  const second = await start(folder, ledger);
  for (const [orderId, paymentKey] of answered) {
    assert.is((await second.shop.find(orderId)).json.paymentKey, paymentKey);
    assert.is((await second.shop.charge({ orderId })).json.code, 'ALREADY_PROCESSED_PAYMENT');
    assert.is((await second.shop.cancel(paymentKey)).json.status, 'CANCELED');
  }
  await second.running.kill();
});

test('a lost answer outlives the process too', async ({ folder, ledger }) => {
  const first = await start(folder, ledger, '--lose-rate', '1');
  assert.is(await first.shop.charge({ key: 'charge-1' }).catch(() => 'gone'), 'gone');
  await first.running.kill('SIGKILL');
  const second = await start(folder, ledger);
  assert.is((await second.shop.charge({ key: 'charge-1' })).json.code, 'ALREADY_PROCESSED_PAYMENT');
  assert.is((await second.shop.find('order-1')).json.status, 'DONE');
  await second.running.kill();
});

test('a second one is kept away from the ledger', async ({ folder, ledger }) => {
  const { running } = await start(folder, ledger);
  const second = await baedal(['psp', '--port', '0', '--ledger', ledger], settings(folder));
  says(second, 1, /^Another payment provider has the ledger .*ledger\.jsonl open\. Stop that one, or choose/);
  await running.kill();
});

test('a damaged ledger and a port in use are said to be, with what to do', async ({ folder, ledger }) => {
  const { running, shop } = await start(folder, ledger);
  const other = folder.file('other.jsonl');
  const port = new URL(shop.url).port;
  const busy = await baedal(['psp', '--port', port, '--ledger', other], settings(folder));
  says(busy, 1, new RegExp(`^Port ${port} is in use\\. Choose another one with --port`));
  writeFileSync(other, 'notes\n');
  const damaged = await baedal(['psp', '--port', '0', '--ledger', other], settings(folder));
  says(damaged, 1, /^Line 1 of .*other\.jsonl is no line of a ledger .*--ledger\.\n$/);
  const aFolder = await baedal(['psp', '--port', '0', '--ledger', folder.path], settings(folder));
  says(aFolder, 1, /^The ledger .* cannot be used \(EISDIR.*--ledger\.\n$/);
  await running.kill();
});

for (const [args, what] of [
  [['--port', '65536'], /port must be a whole number from 0 to 65535, not "65536"/],
  [['--port', 'http'], /not "http"/],
  [['--latency-ms', '620-400'], /latency must be whole milliseconds.*not "620-400"/],
  [['--latency-ms', '-5'], /latency/],
  [['--latency-ms', '600001'], /up to 600,000/],
  [['--capacity', '2.5'], /capacity must be a whole number.*not "2\.5"/],
  [['--decline-rate', '1.1'], /decline rate must be a number from 0 to 1.*not "1\.1"/],
  [['--fail-rate', 'often'], /fail rate/],
  [['--hang-rate', ''], /hang rate/],
  [['--lose-rate', '-1'], /lose rate/],
] as const)
  test(`${args.join(' ')} is a mistake, to psp and to its control`, async ({ folder }) => {
    const commands = args[0] === '--port' ? [['psp']] : [['psp'], ['psp', 'control']];
    const ended = await Promise.all(commands.map((command) => baedal([...command, ...args], settings(folder))));
    for (const one of ended) says(one, 2, what);
  });

test('control shows and changes one that runs', async ({ folder, ledger }) => {
  const { running, shop } = await start(folder, ledger, '--latency-ms', '1-2', '--capacity', '20');
  await shop.charge();
  const control = (...args: string[]) => baedal(['psp', 'control', '--url', shop.url, ...args], settings(folder));
  const shown = await control();
  assert.is(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /latency +1-2 ms\ncapacity +20 at once\ndecline rate +0\n/);
  assert.match(shown.stdout, /asked +1\napproved +1\n(.*\n)*turned away +0\n(.*\n)*in hand now +0\n$/);
  const changed = await control('--capacity', '0', '--fail-rate', '1', '--json');
  assert.equal(JSON.parse(changed.stdout).knobs, (await shop.control()).json.knobs);
  assert.equal((await shop.control()).json.knobs, {
    latencyMs: [1, 2],
    capacity: null,
    declineRate: 0,
    failRate: 1,
    hangRate: 0,
    loseRate: 0,
  });
  assert.match((await control('--latency-ms', '7')).stdout, /latency +7 ms\ncapacity +no limit\n/);
  await running.kill();
  says(
    await control(),
    1,
    /^No payment provider answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Start one with/,
  );
});

const launcher = fileURLToPath(new URL('../../bin/baedal.js', import.meta.url));

test('started by a parent, it tells it where it is, stands by for the ledger, and goes with it', async ({
  folder,
  ledger,
}) => {
  const options = { env: { ...process.env, ...homeIn(folder) }, cwd: folder.path, silent: true, execArgv: [] };
  const children: ChildProcess[] = [];
  const child = () => {
    const forked = fork(launcher, ['psp', '--port', '0', '--ledger', ledger], options);
    children.push(forked);
    return forked;
  };
  const said = async (forked: ChildProcess): Promise<{ url?: string }> => {
    const ended = once(forked, 'exit').then(([code]) => assert.unreachable(`It ended with ${code} and said nothing.`));
    const [message] = (await Promise.race([once(forked, 'message'), ended])) ?? [];
    return message;
  };
  try {
    const first = child();
    const { url = '' } = await said(first);
    assert.is((await new Shop(url, key).charge()).status, 200);

    const second = child();
    assert.equal(await said(second), { standingBy: true });
    const third = child();
    assert.equal(await said(third), { standingBy: true });
    third.disconnect();
    assert.equal(await once(third, 'exit'), [0, null], 'its parent is gone');

    const next = said(second);
    first.kill('SIGKILL');
    const taken = new Shop((await next).url ?? '', key);
    assert.is((await taken.find('order-1')).json.status, 'DONE');

    second.disconnect();
    assert.equal(await once(second, 'exit'), [0, null], 'its parent is gone');
    assert.match(readFileSync(ledger, 'utf8'), /"captured"/);

    const fourth = child();
    await said(fourth);
    fourth.kill('SIGTERM');
    assert.equal(await once(fourth, 'exit'), [0, null], 'told to');
  } finally {
    for (const forked of children) forked.kill('SIGKILL');
  }
});

test.run();
