import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ledgerOf, ownPspAddress } from '../../src/cli/own-psp.ts';
import { spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { ledgerLines, startPsp } from '../harness/psp.ts';
import { order, stage } from './platform-under-test.ts';

const test = suite('which payment provider');
test('the provider of our own has its ledger in the data folder, and knows it again after a kill -9', async () => {
  const alone = stage('sqlite:');
  try {
    const first = await alone.up('--quiet');
    assert.match(first.stderr(), /Payment provider: our own, no money moves, at http:\/\/127\.0\.0\.1:\d+/);
    await alone.json(...order('--order-id', 'own-001', '--wait', 'delivered'));
    await first.kill('SIGKILL');
    const url = ownPspAddress(alone.settings)!;
    await eventually(() =>
      fetch(`${url}/control`).then(
        () => false,
        () => true,
      ),
    ); // it goes with the process that started it
    const second = await alone.up('--quiet');
    await alone.json(...order('--order-id', 'own-002', '--wait', 'delivered'));
    assert.equal(
      ledgerLines(ledgerOf(alone.settings)).map(({ orderId }) => orderId),
      ['own-001', 'own-002'],
    );
    assert.is((await alone.json('audit', '--psp', '--grace', '0.001')).code, 0);
    await second.kill();
  } finally {
    await alone.cleanUp();
  }
});

test('where two processes share a data folder they share one ledger, and the second goes on with it', async () => {
  const alone = stage('sqlite:');
  try {
    const first = await alone.up('--quiet');
    const second = await alone.up('--quiet');
    await alone.json(...order('--order-id', 'own-001', '--wait', 'delivered'));
    await first.kill('SIGKILL');
    await second.waitForLine('payment: taken over');
    await eventually(async () => assert.is((await alone.json(...order('--wait', 'delivered'))).code, 0));
    assert.is((await alone.json('audit', '--psp')).code, 0);
    await second.kill();
  } finally {
    await alone.cleanUp();
  }
});

/** Starting with this payment provider is refused with this sentence. */
const refusals: [title: string, env: Record<string, string>, args: string[], what: RegExp][] = [
  ['a live key', { BAEDAL_PSP_KEY: 'live_sk_abc' }, [], /live one.*BAEDAL_PSP_LIVE=yes/],
  ['an address without encryption', {}, ['--psp', 'http://example.com'], /in the clear; use https/],
  ['an address with a key in it', {}, ['--psp', 'https://test_sk_secret@example.com'], /BAEDAL_PSP_KEY/],
  ['an address that is none', {}, ['--psp', 'the bank'], /no web address/],
  ['an unknown step to cancel until', {}, ['--cancel-until', 'eaten'], /accepted, cooked, departed, not "eaten"/],
  ['a time to pay later of zero', {}, ['--pay-later-for', '0'], /number above 0/],
];
for (const [title, env, args, what] of refusals)
  test(`${title} is turned down before anything is started`, async () => {
    const alone = stage('sqlite:');
    const { code, stderr } = await spawnBaedal(['up', ...args], { env: { ...alone.env, ...env } }).ended;
    assert.is(code, 2, stderr);
    assert.match(stderr, what);
    assert.not.match(stderr, /sk_secret|live_sk_abc|\n\s+at /);
    await alone.cleanUp();
  });

test('a key that the provider does not know is said at the start, and not tried for ever', async () => {
  const alone = stage('sqlite:');
  const psp = await startPsp(`${alone.settings.data}-ledger.jsonl`);
  const env = { ...alone.env, BAEDAL_PSP_KEY: 'test_sk_wrong' };
  const { code, stderr } = await spawnBaedal(['up', '--psp', psp.url], { env }).ended;
  assert.is(code, 2);
  assert.match(stderr, /does not accept our secret key.*BAEDAL_PSP_KEY/);
  assert.not.match(stderr, /test_sk_wrong/);
  await psp.kill();
  await alone.cleanUp();
});

test('something else at the provider’s address is said at the start', async () => {
  const alone = stage('sqlite:');
  const server = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, stderr } = await spawnBaedal(['up', '--psp', url], { env: alone.env }).ended;
  assert.is(code, 2);
  assert.match(stderr, /does not talk like the payment provider.*Check the address/);
  server.close();
  await alone.cleanUp();
});

test('a provider that is away is no reason not to open: whoever orders is asked to pay a little later', async () => {
  const alone = stage('sqlite:');
  const gone = await startPsp(`${alone.settings.data}-ledger.jsonl`);
  await gone.kill();
  const up = await alone.up('--quiet', '--psp', gone.url);
  assert.match(up.stderr(), /does not answer yet/);
  assert.is((await alone.json(...order())).code, 6);
  await up.kill();
  await alone.cleanUp();
});

test('the ledger has exactly what was agreed, a line each', async () => {
  const alone = stage('sqlite:');
  const up = await alone.up('--quiet', '--manual');
  await alone.json(...order('--order-id', 'lines-1'));
  await alone.json('order', 'cancel', 'lines-1');
  await alone.json(...order('--order-id', 'lines-2', '--card', 'card-declined'));
  const lines = readFileSync(ledgerOf(alone.settings), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(
    lines.map(({ kind, orderId, amountWon }) => [kind, orderId, amountWon]),
    [
      ['captured', 'lines-1', 7_700],
      ['cancelled', 'lines-1', 7_700],
      ['declined', 'lines-2', 7_700],
    ],
  );
  for (const line of lines) assert.equal(Object.keys(line), ['at', 'kind', 'orderId', 'paymentKey', 'amountWon']);
  await up.kill();
  await alone.cleanUp();
});

test.run();
