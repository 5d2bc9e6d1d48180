import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { bodyOf, dashboardSuite, onScreen } from './dashboard-stage.ts';
import { order } from './platform-under-test.ts';

const { test, on } = dashboardSuite('dashboard: orders');

/** Three customers' orders, each where it stops: kim's and lee's placed, park's refused. */
const threeOrders = async (at: Parameters<Parameters<typeof on>[1]>[0]) => {
  await at.up('--quiet', '--manual');
  const place = (customer: string, item: string, id: string) =>
    at.json('order', 'place', '--customer', customer, '--store', 'noodle-bar', '--item', item, '--order-id', id);
  await place('kim', 'udon', 'udon-kim');
  await place('lee', 'soba', 'soba-lee');
  await place('park', 'soba', 'soba-park');
  await at.json('kitchen', 'refuse', 'soba-park', '--reason', 'no more soba');
  const terminal = at.show(['dashboard']);
  await terminal.waitFor(/udon-kim.*\n.*soba-lee/);
  return terminal;
};

on('an order is placed by keys alone and watched until it is delivered', async (at) => {
  const terminal = at.show(['up']);
  await terminal.waitFor('No orders in flight');
  await terminal.press('n');
  await terminal.waitFor(/▸ Noodle Bar/);
  await terminal.press('Enter');
  await terminal.waitFor('Nothing chosen yet');
  await terminal.press('+', '+', 'Down', '+');
  await terminal.waitFor('in all 24,200 won');
  await terminal.press('Down', '+');
  await terminal.waitFor('Tempura: sold out');
  await terminal.press('Enter');
  await terminal.waitFor('Who orders?');
  await terminal.press('kim', 'Enter');
  await terminal.waitFor('Noodle Bar: Udon ×2, Soba ×1');
  await terminal.press('Enter');
  await terminal.waitFor('Placed.');
  await terminal.press('Enter');
  await terminal.waitFor(/^ ● delivered {2}24,200 won paid · rider /m);
  for (const step of ['received', 'payment approved', 'placed', 'accepted by the store', 'cooked', 'on the way'])
    assert.match(terminal.text(), new RegExp(`\\+[\\d.]+ m?s +${step}`), step);
  // What is told comes a little later than what happened.
  await eventually(async () => {
    await terminal.press('PageDown');
    assert.match(terminal.text(), /kim ← Order .*arrived/);
  });
  await terminal.press('Escape');
  await terminal.waitFor('No orders in flight');
  await terminal.waitFor(/delivered 1 /);
});

on('a filter leaves only what matches it, and Escape shows everything again', async (at) => {
  const terminal = await threeOrders(at);
  await terminal.press('/', 'soba');
  await terminal.waitFor('filter: soba ');
  await terminal.waitForNo('udon-kim');
  await terminal.press('Enter');
  await terminal.waitFor(/^ \/soba$/m);
  assert.match(terminal.text(), 'soba-lee');
  await terminal.press('Escape');
  await terminal.waitFor('udon-kim');
  await terminal.press('/', 'nothing like it');
  await terminal.waitFor('Nothing matches');
  await terminal.press('Escape');
  await terminal.waitFor('udon-kim');
  await terminal.press('/', 'soba', 'Backspace', 'Backspace', 'Backspace', 'Backspace', 'kim', 'Enter');
  await terminal.waitForNo('soba-lee');
  assert.match(terminal.text(), 'udon-kim');
});

on('Enter opens the order that is chosen, and Escape goes back to it', async (at) => {
  const terminal = await threeOrders(at);
  await terminal.press('Down');
  await terminal.waitFor('▸ soba-lee');
  await terminal.press('Enter');
  await terminal.waitFor('lee ← Noodle Bar: Soba ×1');
  assert.match(terminal.screen()[0]!, 'Orders ▸ soba-lee');
  await terminal.press('Escape');
  await terminal.waitForNo('Orders ▸');
  await terminal.waitFor('▸ soba-lee');
});

on('! shows what went wrong alone, and s the newest of all orders first', async (at) => {
  const terminal = await threeOrders(at);
  await terminal.press('!');
  await terminal.waitFor('! faults only');
  const faults = await terminal.waitFor('soba-park');
  assert.not.match(faults, 'udon-kim');
  assert.match(faults, '✗ refused');
  await terminal.press('!');
  await terminal.waitFor('udon-kim');
  await terminal.press('s');
  await terminal.waitFor(/soba-park.*\n.*soba-lee.*\n.*udon-kim/);
  await terminal.press('s');
  await terminal.waitFor(/udon-kim.*\n.*soba-lee/);
  assert.not.match(terminal.text(), 'soba-park');
});

on('? tells every key of the screen, and any key closes it without doing anything else', async (at) => {
  const terminal = await threeOrders(at);
  await terminal.press('?');
  await terminal.waitFor('Keys of this screen');
  for (const line of [/⏎ +open/, /n +new order/, /\/ +filter/, /! +faults only/, /f +freeze/, /: +go to/, /q +quit/])
    assert.match(terminal.text(), line);
  await terminal.press('q');
  await terminal.waitForNo('Keys of this screen');
  assert.match(terminal.text(), 'udon-kim');
});

on(
  ': goes to a screen by its name, to an order and to a customer, and says where it knows no such place',
  async (at) => {
    const terminal = await threeOrders(at);
    const goTo = (where: string) => terminal.press(':', where, 'Enter');
    await terminal.press(':', 'kitch');
    await terminal.waitFor('kitch', 5_000);
    await terminal.press('Enter');
    await terminal.waitFor('baedal ▸ Kitchen');
    await goTo('order soba-park');
    await terminal.waitFor('why: no more soba');
    await goTo('customer lee');
    await terminal.waitFor('Orders · lee');
    assert.match(terminal.text(), 'soba-lee');
    assert.not.match(terminal.text(), 'udon-kim');
    await goTo('nowhere');
    await terminal.waitFor('There is no screen "nowhere"');
    await goTo('order nothing');
    await terminal.waitFor('It is not there any more');
    await goTo('new');
    await terminal.waitFor('From which store?');
  },
);

on('frozen, it stands still whatever happens, and then shows what has happened', async (at) => {
  await at.up('--quiet');
  const terminal = at.show(['dashboard']);
  await terminal.waitFor('5/5 actors');
  await terminal.press('s');
  await terminal.waitFor('No orders yet');
  await terminal.press('f');
  const still = await terminal.waitFor('FROZEN');
  for (const id of ['before-it', 'meanwhile'])
    assert.is((await at.json(...order('--order-id', id, '--wait', 'delivered'))).code, 0);
  assert.is(terminal.text(), still);
  terminal.resize(100, 30);
  await terminal.waitFor(/FROZEN/);
  assert.equal(bodyOf(terminal)[0], '  No orders yet. n places one.');
  await terminal.press('f');
  await terminal.waitFor(/meanwhile.*● delivered/);
  assert.not.match(terminal.text(), 'FROZEN');
});

on('y copies the id of the order that is chosen to where the terminal keeps what is copied', async (at) => {
  const terminal = await threeOrders(at);
  const copied = (id: string) => `\x1b]52;c;${Buffer.from(id).toString('base64')}\x07`;
  await terminal.press('y');
  await terminal.waitFor('Copied udon-kim.');
  assert.ok(terminal.raw().includes(copied('udon-kim')));
  await terminal.press('4');
  await terminal.waitFor(onScreen('Messages', /▸ .* park .* refused/));
  await terminal.press('y');
  await terminal.waitFor('Copied soba-park.');
  assert.ok(terminal.raw().includes(copied('soba-park')), 'a message is copied as its order');
  await terminal.press('5');
  await terminal.waitFor('read model');
  assert.not.match(terminal.screen().at(-1)!, 'copy id');
});

test.run();
