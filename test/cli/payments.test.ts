import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Running } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { ledgerLines, type RunningPsp, startPsp } from '../harness/psp.ts';
import { order, type Stage, stage } from './platform-under-test.ts';

const test = suite('payments');

/** A platform by hand, with a payment provider of its own process; both go afterwards. */
const at = (
  title: string,
  flags: string[],
  body: (at: Stage, psp: RunningPsp, up: Running) => Promise<void>,
  options: { autoAccept?: boolean } = {},
) =>
  test(title, async () => {
    const platform = stage('sqlite:', options);
    const psp = await startPsp(`${platform.settings.data}-ledger.jsonl`);
    const up = await platform.up('--quiet', '--psp', psp.url, ...flags);
    try {
      await body(platform, psp, up);
    } finally {
      await up.kill('SIGKILL');
      await psp.kill('SIGKILL');
      await platform.cleanUp();
    }
  });

/** Orders until the breaker is open. */
async function breakPsp(platform: Stage, psp: RunningPsp): Promise<void> {
  await psp.control({ failRate: 1 });
  const { answers, close } = await platform.placeMany(8);
  await answers;
  await close();
}

at(
  'a busy payment system turns customers away politely, with exit code 6 and when to come again',
  [],
  async (at, psp) => {
    await breakPsp(at, psp);
    await eventually(async () => {
      const { code, data, stderr } = await at.json(...order());
      assert.is(code, 6);
      assert.is(data.error.code, 'busy');
      assert.is(data.error.retry, true);
      assert.ok(data.error.retryAfterMs > 0);
      assert.match(stderr, /Nothing was charged.*Try again in \d+ s, or use --pay-later/);
    });
  },
);

at(
  'an order that may be paid later waits, is not the store’s business, and is placed when the provider works again',
  [],
  async (at, psp) => {
    await breakPsp(at, psp);
    const { code, data, stderr } = await at.json(...order('--pay-later', '--order-id', 'later-1'));
    assert.is(code, 0, stderr);
    assert.is(data.status, 'payment-deferred');
    assert.equal((await at.json('kitchen', 'list')).data, []);
    const [listed] = (await at.json('order', 'list', '--status', 'payment-deferred')).data;
    assert.is(listed.orderId, 'later-1');
    assert.ok(listed.payBy > Date.now());
    await psp.control({ failRate: 0 });
    const [story] = await at.stories(['later-1']);
    assert.ok(story!.paidWon > 0);
    const told = story!.notifications.filter(({ recipient }) => recipient === 'kim').map(({ about }) => about);
    assert.equal(told.slice(0, 2), ['payment-deferred', 'placed']);
  },
);

at('an order that waits to be paid can be cancelled at once, and is never charged', [], async (at, psp) => {
  await breakPsp(at, psp);
  // While no charge may have landed nobody need be asked; a probe that failed has to be looked for first.
  await eventually(async () => {
    await at.json(...order('--pay-later', '--order-id', 'later-1'));
    const { data } = await at.json('order', 'cancel', 'later-1');
    assert.equal(data, { orderId: 'later-1', status: 'cancelled' });
  });
  await psp.control({ failRate: 0 });
  assert.is(ledgerLines(`${at.settings.data}-ledger.jsonl`).length, 0);
});

at(
  'an order that waits to be paid in vain is rejected, and the customer is told',
  ['--pay-later-for', '2', '--psp-settle', '1'],
  async (at, psp) => {
    await breakPsp(at, psp);
    assert.is((await at.json(...order('--pay-later', '--order-id', 'later-1'))).data.status, 'payment-deferred');
    await eventually(async () => assert.is((await at.json('order', 'status', 'later-1')).data.status, 'rejected'));
    await eventually(async () => {
      const { data } = await at.json('notifications', '--order', 'later-1');
      assert.equal(
        data.map(({ about }: { about: string }) => about),
        ['payment-deferred', 'rejected'],
      );
    });
  },
);

at(
  'a store that does not answer in time has refused: the money goes back, and the customer is told',
  ['--manual', '--store-deadline', '1'],
  async (at) => {
    await at.json(...order('--order-id', 'slow-1'));
    const story = await eventually(async () => {
      const { data } = await at.json('order', 'status', 'slow-1');
      assert.is(data.status, 'refused');
      assert.is(data.refundedWon, data.totalWon);
      return data;
    });
    assert.match(story.reason, /did not answer in time/);
    await eventually(async () => {
      const { data } = await at.json('notifications', '--order', 'slow-1');
      assert.ok(
        data.some(
          ({ recipient, about }: { recipient: string; about: string }) => recipient === 'kim' && about === 'refused',
        ),
      );
    });
  },
);

at(
  'the house may allow cancelling only until the store has accepted',
  ['--manual', '--cancel-until', 'accepted'],
  async (at) => {
    await at.json(...order('--order-id', 'early-1'));
    assert.equal((await at.json('order', 'cancel', 'early-1')).data, { orderId: 'early-1', status: 'cancelled' });
    await at.json(...order('--order-id', 'late-01'));
    await at.json('kitchen', 'accept', 'late-01');
    const late = await at.json('order', 'cancel', 'late-01');
    assert.is(late.code, 4);
    assert.is(late.data.error.code, 'too-late');
    assert.match(late.data.error.message, /accepted already/);
    assert.is((await at.json('order', 'status', 'late-01')).data.status, 'accepted');
  },
);

test('a cancellation while the kitchen is down holds when it comes back', async () => {
  const alone = stage('sqlite:');
  const front = await alone.up('--quiet', '--actors', 'order,payment,rider,notifier');
  await alone.json(...order('--order-id', 'down-01'));
  assert.equal((await alone.json('order', 'cancel', 'down-01')).data, { orderId: 'down-01', status: 'cancelled' });
  const kitchen = await alone.up('--quiet', '--actors', 'kitchen', '--manual');
  await eventually(async () => {
    const { code, data } = await alone.json('kitchen', 'accept', 'down-01');
    assert.is(code, 4);
    assert.match(data.error.message, /cancelled/);
  });
  await Promise.all([front.kill(), kitchen.kill()]);
  await alone.cleanUp();
});

at('an audit says what is wrong and what to do, with exit code 1 and one JSON object', [], async (at, psp) => {
  const placed = (await at.json(...order('--wait', 'delivered'))).data;
  const clean = await at.json('audit', '--psp', psp.url, '--grace', '0.001');
  assert.is(clean.code, 0, JSON.stringify(clean.data));
  assert.is(clean.data.psp.capturedWon, placed.totalWon);
  await psp.kill();
  const ledger = `${at.settings.data}-ledger.jsonl`;
  const [line] = ledgerLines(ledger);
  appendFileSync(ledger, `${JSON.stringify({ ...line, kind: 'cancelled', amountWon: 700 })}\n`);
  appendFileSync(ledger, `${JSON.stringify({ ...line, orderId: 'nobody-1', paymentKey: 'tpay_x' })}\n`);
  const again = await startPsp(ledger);
  try {
    const { code, data } = await at.json('audit', '--psp', again.url, '--grace', '0.001');
    assert.is(code, 1);
    assert.is(data.ok, false);
    assert.equal(
      data.findings.map(({ rule, orderId }: { rule: string; orderId: string }) => [rule, orderId]),
      [
        ['provider-lacks-money', placed.orderId],
        ['provider-unknown-order', 'nobody-1'],
      ],
    );
    const shown = await at.run('audit', '--psp', again.url, '--grace', '0.001');
    assert.is(shown.code, 1);
    assert.match(shown.stdout, /nobody-1 +provider-unknown-order +The provider keeps 7,700 won/);
    assert.match(shown.stderr, /2 findings/);
  } finally {
    await again.kill();
  }
});

at('on a terminal it counts down and offers to try again, as a new order', [], async (at, psp) => {
  await breakPsp(at, psp);
  const command = [process.execPath, 'bin/baedal.js', ...order('--order-id', 'first-1')].join(' ');
  const terminal = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { ...process.env, ...at.env, TERM: 'xterm' },
  });
  let screen = '';
  terminal.stdout.on('data', (text) => {
    screen += text;
  });
  const ended = new Promise((resolve) => terminal.once('exit', resolve));
  await eventually(() => /You can try again in \d+ s/.test(screen) || failed(screen));
  await eventually(() => screen.includes('Try again, as a new order? [Y/n]'));
  await psp.control({ failRate: 0 });
  await eventually(async () => {
    const tries = screen.split('[Y/n]').length;
    terminal.stdin.write('\r');
    await eventually(() => screen.split('[Y/n]').length > tries || screen.includes('placed'));
    assert.match(screen, /○ placed/);
  });
  assert.is(await ended, 0, screen);
  assert.not.match(screen, /placed {2}first-1/, 'what was turned away stays turned away');
});

const failed = (screen: string): boolean => {
  if (/Segmentation|not found/.test(screen)) throw new Error(screen);
  return false;
};

test.run();
