import * as assert from 'uvu/assert';
import { dashboardSuite, keysOf, onScreen } from './dashboard-stage.ts';
import { order } from './platform-under-test.ts';

const { test, on } = dashboardSuite('dashboard: boards');

on('owner and rider do every step of an order by keys', async (at) => {
  const terminal = at.show(['up', '--manual']);
  await terminal.waitFor('No orders in flight');
  await at.json(...order('--order-id', 'by-hand'));
  await terminal.press('2');
  await terminal.waitFor(onScreen('Kitchen', /▸ by-hand.*○ placed/));
  assert.match(keysOf(terminal), /a accept {2}x refuse/);
  assert.not.match(keysOf(terminal), 'd cooked');
  await terminal.press('a');
  await terminal.waitFor('by-hand is ◑ accepted.');
  await terminal.waitFor(/▸ by-hand.*◑ accepted/);
  assert.not.match(keysOf(terminal), 'a accept');
  await terminal.press('d');
  await terminal.waitFor('by-hand is ◕ cooked.');
  await terminal.waitFor('Nothing to accept or cook');
  await terminal.press('3');
  await terminal.waitFor(onScreen('Riders', /▸ by-hand.*◕ cooked/));
  await terminal.press('a');
  await terminal.waitFor('Which rider takes by-hand?');
  await terminal.press('not a rider', 'Enter');
  await terminal.waitFor('The rider must be');
  await terminal.press('a', 'choi', 'Enter');
  await terminal.waitFor('by-hand is ◔ assigned.');
  await terminal.waitFor(/▸ by-hand.*◔ assigned/);
  await terminal.press('p');
  await terminal.waitFor(/▸ by-hand.*➤ on-the-way/);
  await terminal.press('d');
  await terminal.waitFor('by-hand is ● delivered.');
  await terminal.waitFor('Nothing to pick up or deliver');
  await terminal.press(':', 'order by-hand', 'Enter');
  await terminal.waitFor(/● delivered {2}7,700 won paid · rider choi/);
});

on('a refusal asks for a reason; without one nobody is refused, and the customer reads it', async (at) => {
  const terminal = at.show(['up', '--manual']);
  await terminal.waitFor('No orders in flight');
  await at.json(...order('--order-id', 'refused-1'));
  await terminal.press('2');
  await terminal.waitFor(onScreen('Kitchen', /▸ refused-1/));
  await terminal.press('x');
  await terminal.waitFor('Why is refused-1 refused?');
  await terminal.press('Space', 'Enter');
  await terminal.waitForNo('Why is refused-1 refused?');
  await terminal.press('x', 'no noodles', 'Escape');
  await terminal.waitForNo('Why is refused-1 refused?');
  assert.is((await at.json('order', 'status', 'refused-1')).data.status, 'placed');
  await terminal.press('x', 'no noodles left', 'Enter');
  await terminal.waitFor('refused-1 is ✗ refused.');
  await terminal.press(':', 'order refused-1', 'Enter');
  await terminal.waitFor('✗ refused  7,700 won paid, 7,700 won given back');
  await terminal.waitFor('why: no noodles left');
  await terminal.press('End');
  await terminal.waitFor(/kim ← The store could not take order refused-1 \(no noodles/);
});

on('a cancellation asks first; only y cancels, and what has left is not offered to be', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'undone-1'));
  const terminal = at.show(['dashboard']);
  await terminal.waitFor('▸ undone-1');
  for (const no of ['n', 'Escape', 'Enter']) {
    await terminal.press('c');
    await terminal.waitFor('Cancel undone-1? The money goes back. y yes · n no');
    await terminal.press(no);
    await terminal.waitForNo('Cancel undone-1?');
  }
  assert.is((await at.json('order', 'status', 'undone-1')).data.status, 'placed');
  await terminal.press('c', 'y');
  await terminal.waitFor('undone-1 is ⊘ cancelled.');
  await terminal.waitFor('No orders in flight');
  assert.equal(
    [...at.charges().values()].map(({ refundedWon }) => refundedWon),
    [7_700],
  );

  await at.json(...order('--order-id', 'late-1'));
  for (const step of [
    ['kitchen', 'accept'],
    ['kitchen', 'cooked'],
  ] as const)
    await at.json(...step, 'late-1');
  await at.json('rider', 'claim', 'late-1', '--rider', 'choi');
  await at.json('rider', 'pickup', 'late-1');
  await terminal.waitFor(/▸ late-1.*on-the-way/);
  assert.not.match(keysOf(terminal), 'cancel');
  await terminal.press('c', 'y');
  await terminal.press('/', 'late', 'Enter');
  await terminal.waitFor(/▸ late-1.*on-the-way/);
  assert.is((await at.json('order', 'status', 'late-1')).data.status, 'on-the-way');
});

on('with --read-only no key changes anything: not there, not told of, and without effect', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'untouched'));
  const terminal = at.show(['dashboard', '--read-only']);
  await terminal.waitFor(/▸ untouched.*○ placed/);
  assert.match(terminal.screen()[0]!, 'READ ONLY');
  const changing = /accept|refuse|cancel|new order|assign|cooked/;
  for (const [key, shown] of [
    ['1', onScreen('Orders', /▸ untouched/)],
    ['2', onScreen('Kitchen', /▸ untouched/)],
    ['Enter', 'kim ← Noodle Bar'],
  ] as const) {
    await terminal.press(key);
    await terminal.waitFor(shown);
    assert.not.match(keysOf(terminal), changing);
    await terminal.press('?');
    await terminal.waitFor('Keys of this screen');
    const help = terminal.screen().slice(3, -3).join('\n').replace('◑ accepted', '');
    assert.not.match(help, changing);
    await terminal.press('Escape');
    await terminal.waitForNo('Keys of this screen');
    await terminal.press('a', 'x', 'd', 'c', 'p', 'n');
    assert.not.match(terminal.text(), /Why is|Cancel|From which store|Which rider/);
  }
  await terminal.press(':', 'new', 'Enter');
  await terminal.waitFor('This dashboard is read-only.');
  const { status, timeline } = (await at.json('order', 'status', 'untouched')).data;
  assert.equal([status, timeline.length], ['placed', 3]);
});

test.run();
