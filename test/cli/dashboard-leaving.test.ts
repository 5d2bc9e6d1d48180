import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { asFound } from '../harness/terminal/modes.ts';
import type { Terminal } from '../harness/terminal.ts';
import { type DashboardStage, dashboardSuite } from './dashboard-stage.ts';
import { order } from './platform-under-test.ts';

const { test, on } = dashboardSuite('dashboard: leaving');

const ways: [title: string, leave: (terminal: Terminal) => Promise<void>][] = [
  ['q', (terminal) => terminal.press('q')],
  ['Ctrl-C', (terminal) => terminal.press('Ctrl-C')],
  ['q while it asks something, after it was told never mind', (terminal) => terminal.press('/', 'a', 'Escape', 'q')],
  ['SIGINT', (terminal) => terminal.signal('SIGINT')],
  ['SIGTERM', (terminal) => terminal.signal('SIGTERM')],
  ['SIGHUP', (terminal) => terminal.signal('SIGHUP')],
];

/** The screen is gone, with nothing of it left behind, and everything is set as before. */
function leftAsFound(terminal: Terminal): void {
  assert.equal(terminal.modes(), asFound);
  assert.not.match(terminal.normalScreen().join('\n'), '▸');
}

for (const [title, leave] of ways)
  on(`${title} ends it with exit code 0, and leaves the terminal as it was found`, async (at) => {
    for (const command of ['dashboard', 'up']) {
      const terminal = at.show([command]);
      await terminal.waitFor('No orders in flight');
      assert.is(terminal.modes().alternateScreen, true, command);
      await leave(terminal);
      assert.equal(await terminal.ended, { code: 0, signal: null }, command);
      leftAsFound(terminal);
    }
  });

on('a demo shows orders come and go, and on q what came of them', async (at) => {
  const terminal = at.show(['demo'], { env: { BAEDAL_CATALOG: undefined } });
  await terminal.waitFor(/delivered [1-9]/, 40_000);
  await terminal.press('q');
  assert.equal(await terminal.ended, { code: 0, signal: null });
  leftAsFound(terminal);
  assert.match(terminal.normalScreen().join('\n'), /delivered/);
});

/** Settings that make the program throw, from nowhere, on SIGUSR2. */
function throwing(at: DashboardStage): Record<string, string> {
  const file = join(at.env.HOME, 'throws.mjs');
  writeFileSync(file, "process.on('SIGUSR2', () => { throw new Error('out of the blue'); });\n");
  return { NODE_OPTIONS: `--import=file://${file}` };
}

for (const command of ['dashboard', 'up'])
  on(`an error that nobody expected ends ${command} with 1, the terminal as found and the error on it`, async (at) => {
    const terminal = at.show([command], { env: throwing(at) });
    await terminal.waitFor('No orders in flight');
    await terminal.signal('SIGUSR2');
    assert.equal(await terminal.ended, { code: 1, signal: null });
    leftAsFound(terminal);
    assert.match(terminal.normalScreen().join('\n'), 'Error: out of the blue');
  });

on('in up, an order that is under way when it is quit goes on when up comes back', async (at) => {
  const terminal = at.show(['up', '--manual']);
  await terminal.waitFor('No orders in flight');
  await at.json(...order('--order-id', 'stays'));
  await terminal.waitFor(/stays.*placed/);
  await terminal.press('q');
  assert.is((await terminal.ended).code, 0);
  assert.match(terminal.normalScreen().join('\n'), 'Stopping: finishing what is in hand.');
  await at.up('--quiet', '--manual');
  assert.equal((await at.json('kitchen', 'accept', 'stays')).data, { orderId: 'stays', status: 'accepted' });
});

test.run();
