import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folderOf } from '../../src/cli/open-broker.ts';
import { pspOrderId } from '../../src/partners/http-psp.ts';
import { type Ended, type Running, spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { type Stage, stage } from './platform-under-test.ts';

const test = suite<{ at: Stage; up: Running }>('bad input');

test.before(async (context) => {
  context.at = stage('sqlite:');
  context.up = await context.at.up('--quiet');
});
test.after(async ({ at, up }) => {
  await up.kill();
  await at.cleanUp();
});

/** It ended with this code, said this in a sentence on stderr, printed no data and no stack trace. */
function says({ code, stdout, stderr }: Ended, expected: number, what: RegExp) {
  assert.is(code, expected, stderr);
  assert.match(stderr, what);
  assert.is(stdout, '');
  assert.not.match(stderr, /\n\s+at /);
}

const place = (...args: string[]) => ['order', 'place', '--customer', 'kim', ...args];
const cases: [title: string, args: string[], code: number, what: RegExp][] = [
  [
    'an unknown store',
    place('--store', 'noodle-bat', '--item', 'udon'),
    4,
    /no store "noodle-bat".*Did you mean "noodle-bar"/,
  ],
  ['an unknown item', place('--store', 'noodle-bar', '--item', 'udom'), 4, /no item "udom".*Did you mean "udon"/],
  ['a sold-out item', place('--store', 'noodle-bar', '--item', 'tempura'), 4, /sold out/],
  ['a quantity of zero', place('--store', 'noodle-bar', '--item', 'udon:0'), 2, /whole number from 1 to 99, not "0"/],
  ['a negative quantity', place('--store', 'noodle-bar', '--item', 'udon:-1'), 2, /not "-1"/],
  ['a fractional quantity', place('--store', 'noodle-bar', '--item', 'udon:1.5'), 2, /not "1.5"/],
  ['a huge quantity', place('--store', 'noodle-bar', '--item', 'udon:1000000000000'), 2, /not "1000000000000"/],
  ['a quantity that is text', place('--store', 'noodle-bar', '--item', 'udon:two'), 2, /not "two"/],
  ['an item without a name', place('--store', 'noodle-bar', '--item', ':2'), 2, /names no item/],
  ['an empty cart', place('--store', 'noodle-bar'), 2, /--item/],
  ['an empty cart from stdin', place('--store', 'noodle-bar', '--item', '-'), 2, /cart is empty/],
  ['no customer', ['order', 'place', '--store', 'noodle-bar', '--item', 'udon'], 2, /--customer/],
  [
    'a customer with odd letters',
    ['order', 'place', '--customer', 'a b', '--store', 'noodle-bar', '--item', 'udon'],
    2,
    /The customer must be/,
  ],
  [
    'a card that is declined',
    place('--store', 'noodle-bar', '--item', 'udon', '--card', 'card-declined'),
    4,
    /declined/,
  ],
  [
    'a wait for something else',
    place('--store', 'noodle-bar', '--item', 'udon', '--wait', 'christmas'),
    2,
    /placed or delivered/,
  ],
  ['an order that there is not', ['order', 'status', 'nothing'], 4, /no order "nothing"/],
  ['a cancellation of an order that there is not', ['order', 'cancel', 'nothing'], 4, /no order "nothing"/],
  ['a status that there is not', ['order', 'list', '--status', 'eaten'], 2, /"eaten" is no status/],
  ['a limit that is text', ['order', 'list', '--limit', 'many'], 2, /whole number/],
  ['a store that is not on the menu', ['menu', 'nowhere'], 4, /no store "nowhere"/],
  ['a command with a typing mistake', ['ordr', 'place'], 2, /Did you mean order/],
  ['an option with a typing mistake', ['menu', '--jsn'], 2, /Did you mean --json/],
  ['an actor that there is not', ['up', '--actors', 'cook'], 2, /no actor "cook"/],
  ['a speed that is text', ['up', '--speed', 'fast'], 2, /above 0/],
  ['a language that there is not', ['menu', '--lang', 'fr'], 2, /ko or en/],
  ['a broker address that is none', ['order', 'list', '--broker', 'not a url'], 2, /no address of a RabbitMQ/],
  ['a broker of another kind', ['order', 'list', '--broker', 'http://localhost'], 2, /amqp:\/\//],
  ['a catalogue that is not there', ['menu', '--catalog', '/nowhere/stores.yaml'], 2, /no such file/],
];
for (const [title, args, code, what] of cases)
  test(`${title} gets a sentence and exit code ${code}`, async ({ at }) => {
    says(await at.run(...args), code, what);
  });

test('what was turned down was not charged', async ({ at }) => {
  assert.is(at.charges().size, 0);
});

test('an id that was used with other content is refused, and the first order stands', async ({ at }) => {
  const first = await at.json(...place('--store', 'noodle-bar', '--item', 'udon', '--order-id', 'mine'));
  assert.is(first.code, 0, first.stderr);
  const again = await at.json(...place('--store', 'noodle-bar', '--item', 'udon', '--order-id', 'mine'));
  assert.is(again.code, 0, 'the same order again is the same order');
  const other = await at.json(...place('--store', 'noodle-bar', '--item', 'soba', '--order-id', 'mine'));
  assert.is(other.code, 4);
  assert.is(other.data.error.code, 'id-in-use');
  assert.is(at.charges().get(pspOrderId('mine'))?.amountWon, 7_700);
});

test('a broker that is dead is said to be, without its password, with exit code 5', async ({ at }) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const ended = await at.run('order', 'list', '--broker', `amqp://guest:secret@127.0.0.1:${port}`);
  says(ended, 5, /Cannot reach RabbitMQ at amqp:\/\/guest:\*\*\*@127\.0\.0\.1/);
  assert.not.match(ended.stderr, /secret/);
});

test('with nobody to take it, an order times out with exit code 3 and is never charged', async () => {
  const alone = stage('sqlite:');
  try {
    const { code, data, stderr } = await alone.json(
      ...place('--store', 'noodle-bar', '--item', 'udon', '--timeout', '1', '--order-id', 'late'),
    );
    assert.is(code, 3);
    assert.is(data.error.code, 'timed-out');
    assert.match(stderr, /Is `baedal up` running/);
    const up = await alone.up('--quiet');
    const again = await alone.json(
      'order',
      'place',
      '--customer',
      'kim',
      '--store',
      'noodle-bar',
      '--item',
      'udon',
      '--order-id',
      'late',
    );
    assert.is(again.data.error.code, 'expired');
    assert.is(alone.charges().size, 0);
    await up.kill();
  } finally {
    await alone.cleanUp();
  }
});

test('with nobody to ask, an order that the menu does not have is refused all the same', async () => {
  const alone = stage('sqlite:');
  try {
    says(await alone.run(...place('--store', 'nowhere', '--item', 'udon')), 4, /no store "nowhere"/);
  } finally {
    await alone.cleanUp();
  }
});

test('somebody who stops waiting for the answer is told that the order may still be placed, and which one it is', async () => {
  const alone = stage('sqlite:');
  try {
    const placing = spawnBaedal(place('--store', 'noodle-bar', '--item', 'udon', '--order-id', 'mine'), {
      env: alone.env,
    });
    await eventually(() => existsSync(join(folderOf(alone.settings), 'broker.sqlite')));
    await new Promise((resolve) => setTimeout(resolve, 300)); // it is asking now, or will be; both must end alike
    const ended = await placing.kill('SIGINT');
    says(ended, 130, /The order mine may still be placed; see `baedal order status mine`/);
  } finally {
    await alone.cleanUp();
  }
});

test('with --json a mistake in the words is JSON too', async ({ at }) => {
  for (const args of [['order', 'place'], ['ordr'], ['order', 'list', '--limit'], ['up', '--actors', 'cook']]) {
    const { code, data } = await at.json(...args);
    assert.is(code, 2, args.join(' '));
    assert.is(data.error.code, 'usage', args.join(' '));
  }
});

test('placing again under an id says what has become of it', async ({ at }) => {
  const args = place('--store', 'noodle-bar', '--item', 'udon', '--order-id', 'again');
  assert.is((await at.json(...args, '--wait', 'delivered')).data.status, 'delivered');
  assert.match((await at.run(...args)).stdout, /delivered {2}again/);
});

test('the data folder is for this user alone', async ({ at }) => {
  assert.is(statSync(at.settings.data).mode & 0o777, 0o700);
});

test('a catalogue with mistakes is refused with their lines', async ({ at }) => {
  const file = join(at.settings.data, '..', 'wrong.yaml');
  writeFileSync(file, 'stores:\n  - id: a\n    name: A\n    items:\n      - { id: b, name: B, priceWon: free }\n');
  says(await at.run('up', '--catalog', file), 2, /wrong\.yaml:5:\d+.*priceWon.*whole number.*"free"/);
});

const broken = [
  ['readmodel.sqlite', ['order', 'list'], 'damaged or no database.*`baedal readmodel rebuild`'],
  ['broker.sqlite', ['order', 'list'], 'damaged or not a database.*Restore it'],
  ['actors/order.0.sqlite', ['up'], 'damaged or not a database.*Restore it'],
] as const;
for (const [file, args, what] of broken)
  test(`a damaged ${file} is named, with what to do`, async () => {
    const alone = stage('sqlite:');
    try {
      const path = join(folderOf(alone.settings), file);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, 'this is no database, and was never one; '.repeat(200));
      says(await alone.run(...args), 1, new RegExp(`${file} is ${what}`));
    } finally {
      await alone.cleanUp();
    }
  });

test('a data folder that is a file is said to be', async ({ at }) => {
  const file = join(at.settings.data, '..', 'a-file');
  writeFileSync(file, '');
  says(await at.run('order', 'list', '--data', file), 1, /a-file.*(permission|not a directory)/i);
});

test('a data folder that cannot be written is said to be', async ({ at }) => {
  // Nobody may write below /sys, root neither; others are kept out of a folder by its mode.
  const folder = process.getuid?.() === 0 ? '/sys' : join(at.settings.data, '..', 'read-only');
  if (folder !== '/sys') mkdirSync(folder, { mode: 0o500 });
  says(await at.run('order', 'list', '--data', folder), 1, /Cannot write .*permission/);
});

test.run();
