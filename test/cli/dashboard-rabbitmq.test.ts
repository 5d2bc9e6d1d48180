import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { LinkProxy } from '../broker/rabbitmq/link-proxy.ts';
import { testUrl } from '../broker/rabbitmq/place.ts';
import { type DashboardStage, dashboardSuite, keysOf, onScreen } from './dashboard-stage.ts';
import { order } from './platform-under-test.ts';

const { test, on } = dashboardSuite('dashboard: RabbitMQ', testUrl);

let proxy: LinkProxy;
test.before(async () => {
  proxy = await LinkProxy.open();
});
test.before.each(() => proxy.refuse(false));
test.after(() => proxy.close());

/** A dashboard as on another machine: with another way to the broker, and a data folder of its own. */
const elsewhere = (at: DashboardStage, ...args: string[]) =>
  at.show(['dashboard', ...args], {
    env: {
      BAEDAL_BROKER: proxy.url,
      BAEDAL_DATA: join(at.settings.data, '..', 'elsewhere'),
      BAEDAL_CATALOG: undefined,
    },
  });

on('a dashboard on another machine sees the same orders, works on them, and disturbs nobody', async (at) => {
  const up = at.show(['up', '--manual']);
  await up.waitFor('No orders in flight');
  await at.json(...order('--order-id', 'shared-1'));
  await up.waitFor(/shared-1.*○ placed/);
  const other = elsewhere(at);
  await other.waitFor(/▸ shared-1.*Noodle Bar.*○ placed/);
  await other.waitFor('5/5 actors');
  await other.press('2');
  await other.waitFor(onScreen('Kitchen', /▸ shared-1.*○ placed/));
  await other.press('a');
  await other.waitFor('shared-1 is ◑ accepted.');
  await up.waitFor(/shared-1.*◑ accepted/);
  await other.press('q');
  assert.equal(await other.ended, { code: 0, signal: null });
  await up.press('2');
  await up.waitFor(onScreen('Kitchen', /▸ shared-1.*◑ accepted/));
  await up.press('d');
  await up.waitFor('shared-1 is ◕ cooked.');
  await up.press('5');
  await up.waitFor('read model');
  assert.is(up.text().match(/● up/g)?.length, 5);
});

on('where RabbitMQ goes away it says so and works on, and afterwards it catches up', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'before'));
  const terminal = elsewhere(at);
  await terminal.waitFor(/▸ before.*○ placed/);
  await terminal.waitFor('5/5 actors');
  proxy.refuse(true);
  proxy.cut();
  await terminal.waitFor('BROKER AWAY');
  await at.json(...order('--order-id', 'meanwhile'));
  await at.json('kitchen', 'accept', 'before');
  await terminal.press('Enter');
  await terminal.waitFor('kim ← Noodle Bar: Udon ×1');
  await terminal.press('Escape');
  await terminal.waitFor(/▸ before.*○ placed/);
  await terminal.press('5');
  await terminal.waitFor(/broker .*BROKER AWAY/);
  assert.match(terminal.text(), /read model {2}as it was at /);
  assert.not.match(terminal.text(), 'DOWN'); // nobody can tell
  await terminal.press('1');
  assert.not.match(terminal.text(), 'meanwhile');
  proxy.refuse(false);
  await terminal.waitForNo('BROKER AWAY', 40_000);
  await terminal.waitFor(/meanwhile.*○ placed/, 40_000);
  await terminal.waitFor(/before.*◑ accepted/);
  await terminal.waitFor('5/5 actors');
  await terminal.press('c');
  await terminal.waitFor(/Cancel (before|meanwhile)\?/);
  await terminal.press('y');
  await terminal.waitFor(/is ⊘ cancelled\./);
});

on('what is asked while RabbitMQ is away is not answered, which is said in full, with what to do', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'cut-off'));
  const terminal = elsewhere(at);
  await terminal.waitFor(/▸ cut-off.*○ placed/);
  proxy.refuse(true);
  proxy.cut();
  await terminal.waitFor('BROKER AWAY');
  await terminal.press('2');
  await terminal.waitFor(onScreen('Kitchen', /▸ cut-off.*○ placed/));
  await terminal.press('a');
  await terminal.waitFor('Nobody answered within 10 s. Is `baedal up` running', 30_000);
  assert.match(terminal.text(), 'See later with `baedal order status cut-off`');
  proxy.refuse(false);
  await terminal.waitForNo('BROKER AWAY', 40_000);
  assert.match(keysOf(terminal), /q quit$/);
});

test.run();
