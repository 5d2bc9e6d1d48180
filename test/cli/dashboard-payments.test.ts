import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { type RunningPsp, startPsp } from '../harness/psp.ts';
import type { Terminal } from '../harness/terminal.ts';
import { type DashboardStage, dashboardSuite, keysOf } from './dashboard-stage.ts';

const { test, on } = dashboardSuite('dashboard: payments');

/** `up` in a terminal with a payment provider of its own process, which goes afterwards. */
const withPsp = (title: string, body: (at: DashboardStage, psp: RunningPsp, up: Terminal) => Promise<void>): void =>
  on(title, async (at) => {
    const psp = await startPsp(`${at.settings.data}-ledger.jsonl`);
    try {
      const up = at.show(['up', '--psp', psp.url]);
      await up.waitFor('No orders in flight');
      await body(at, psp, up);
    } finally {
      await psp.kill('SIGKILL');
    }
  });

/** Goes from anywhere to the moment before an udon is paid for. */
async function toPay(terminal: Terminal): Promise<void> {
  await terminal.press(':', 'new', 'Enter');
  await terminal.waitFor('From which store?');
  await terminal.press('Enter');
  await terminal.waitFor('Nothing chosen yet');
  await terminal.press('+', 'Enter');
  await terminal.waitFor('Who orders?');
  await terminal.press('Ctrl-U', 'kim', 'Enter');
  await terminal.waitFor('If payment is busy: say so');
}

/** The provider fails until its breaker is open. */
async function breakPsp(at: DashboardStage, psp: RunningPsp, up: Terminal): Promise<void> {
  await psp.control({ failRate: 1 });
  const { answers, close } = await at.placeMany(8);
  await answers;
  await close();
  await up.waitFor(/payment (open|half-open)/);
}

withPsp('a declined card is told with its reason, and another card pays', async (_at, _psp, up) => {
  await toPay(up);
  await up.press('k');
  await up.waitFor('Which card?');
  await up.press('card-declined', 'Enter');
  await up.waitFor('Card: card-declined');
  await up.press('Enter');
  await up.waitFor('✗ Not placed.');
  assert.match(up.text(), /declined/);
  await up.press('Escape');
  await up.waitFor('in all 7,700 won');
  await up.press('Enter');
  await up.waitFor('Who orders? kim');
  await up.press('Enter');
  await up.waitFor('Card: card-declined');
  await up.press('k', 'Ctrl-U', 'card-kim', 'Enter');
  await up.waitFor('Card: card-kim');
  await up.press('Enter');
  await up.waitFor('Placed.');
  await up.press('1', '!');
  await up.waitFor(/✗ rejected/);
});

withPsp('a busy payment system counts down to when one can try again, and charges nothing', async (at, psp, up) => {
  await breakPsp(at, psp, up);
  await toPay(up);
  // The one order that probes whether the provider works again is not turned away but fails; then the next one is.
  await eventually(async () => {
    await up.press('Enter');
    await up.waitFor(/Not placed|Payment is busy just now/);
    if (up.text().includes('Not placed')) await toPay(up);
    assert.match(up.text(), 'Payment is busy just now. Nothing was charged.');
  });
  await up.waitFor(/You can try again in \d+ s, or pay later/);
  assert.not.match(keysOf(up), 'try again');
  await up.press('Enter');
  await up.waitFor('You can try again now');
  assert.match(keysOf(up), '⏎ try again');
  assert.is(at.charges().size, 0);
  await psp.control({ failRate: 0 });
  await eventually(async () => {
    await up.waitFor(/You can try again now|Placed\./);
    await up.press('Enter');
    await up.waitFor('Placed.', 1_000);
  });
});

withPsp('pay later waits for the payment system, and is placed once it works again', async (at, psp, up) => {
  await breakPsp(at, psp, up);
  await toPay(up);
  await up.press('l');
  await up.waitFor('◉ If payment is busy: wait, and charge it when it works again');
  await up.press('Enter');
  await up.waitFor('It will be charged as soon as it works again');
  await up.press('Enter');
  await up.waitFor(/◷ payment-deferred {2}7,700 won to pay · to be paid by \d\d:\d\d:\d\d/);
  await psp.control({ failRate: 0 });
  await up.waitFor(/^ ● delivered {2}7,700 won paid/m, 40_000);
  await up.waitForNo(/payment (open|half-open)/);
});

test.run();
