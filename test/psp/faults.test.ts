import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { type Provider, provider } from './provider.ts';
import type { Said } from './shop.ts';

const test = suite<{ at: Provider }>('bad days');
test.before.each(async (context) => {
  context.at = await provider({ hungForMs: 1_500 });
});
test.after.each(({ at }) => at.end());

const state = async (at: Provider) => (await at.shop.control()).json;
/** How something ends that gets no answer: `gone` where the connection was cut. */
const ending = (asked: Promise<Said>) =>
  asked.then(
    ({ status }) => status,
    () => 'gone',
  );

test('beyond twice its capacity it turns requests away at once, and does nothing for them', async ({ at }) => {
  await at.shop.control({ capacity: 2, latencyMs: [1_000, 1_000] });
  const four = [1, 2, 3, 4].map((n) => at.shop.charge({ orderId: `order-${n}`, key: `charge-${n}` }));
  await eventually(async () => (await state(at)).inHand === 4);
  const { status, json, headers } = await at.shop.charge({ orderId: 'order-5', key: 'charge-5' });
  assert.is(status, 503);
  assert.is(json.code, 'SERVICE_BUSY');
  assert.is(headers.get('retry-after'), '1');
  assert.is((await at.shop.find('order-1')).status, 503, 'a look-up too');
  assert.is((await at.shop.transactions()).status, 200, 'but not who settles accounts');
  assert.equal(
    (await Promise.all(four)).map(({ status }) => status),
    [200, 200, 200, 200],
  );
  assert.is(at.lines().length, 4);
  const { inHand, counts } = await state(at);
  assert.is(inHand, 0);
  assert.equal(
    { asked: counts.asked, turnedAway: counts.turnedAway, approved: counts.approved },
    { asked: 6, turnedAway: 2, approved: 4 },
  );
  assert.is((await at.shop.charge({ orderId: 'order-5', key: 'charge-5' })).status, 200, 'the key was not used up');
});

test('a failure does nothing', async ({ at }) => {
  const { json } = await at.shop.charge();
  await at.shop.control({ failRate: 1 });
  assert.is((await at.shop.cancel(json.paymentKey)).status, 500);
  assert.is((await at.shop.find('order-1')).json.code, 'PROVIDER_ERROR');
  assert.is((await at.shop.transactions()).json.length, 1, 'who settles accounts sees all');
  await at.shop.control({ failRate: 0 });
  assert.is((await at.shop.find('order-1')).json.status, 'DONE');
  assert.is((await state(at)).counts.failed, 2);
});

test('a lost answer: it was done, and asked again under its key it is told', async ({ at }) => {
  await at.shop.control({ loseRate: 1 });
  assert.is(await ending(at.shop.charge({ key: 'charge-1' })), 'gone');
  assert.is(at.lines().length, 1);
  assert.is(await ending(at.shop.charge({ key: 'charge-1' })), 'gone');
  const found = await at.shop.find('order-1');
  assert.is(found.json.status, 'DONE', 'what changes nothing is not lost');
  await at.shop.control({ loseRate: 0 });
  const again = await at.shop.charge({ key: 'charge-1' });
  assert.equal(again.json, found.json);
  assert.is(at.lines().length, 1);
  const { counts } = await state(at);
  assert.equal([counts.lost, counts.approved], [2, 1]);
});

test('one that hangs is never answered, and is done a little later', async ({ at }) => {
  await at.shop.control({ hangRate: 1 });
  const leaving = new AbortController();
  let answered = false;
  const hanging = at.shop.charge({ key: 'charge-1' }, leaving.signal).then(
    () => {
      answered = true;
    },
    () => {},
  );
  await eventually(async () => (await state(at)).counts.hung === 1);
  await at.shop.control({ hangRate: 0 });
  assert.equal(at.lines(), []);
  assert.is((await at.shop.charge({ key: 'charge-1' })).status, 409);
  await eventually(async () => (await at.shop.find('order-1')).status === 200);
  await eventually(async () => (await state(at)).inHand === 0);
  assert.is(answered, false);
  const again = await at.shop.charge({ key: 'charge-1' });
  assert.is(again.status, 200);
  assert.equal(again.json, (await at.shop.find('order-1')).json);
  assert.is(answered, false);
  leaving.abort();
  await hanging;
  assert.is(at.lines().length, 1);
});

test('a look-up that hangs is in hand for a while, and never answered', async ({ at }) => {
  await at.shop.control({ hangRate: 1 });
  const hanging = ending(at.shop.find('order-1'));
  await eventually(async () => (await state(at)).inHand === 1);
  await eventually(async () => (await state(at)).inHand === 0);
  assert.is(await Promise.race([hanging, at.shop.control().then(() => 'still open')]), 'still open');
  await at.end(); // and does not keep the provider from ending
  assert.is(await hanging, 'gone');
});

test('a client that goes away does not stop what it asked for', async ({ at }) => {
  await at.shop.control({ latencyMs: [1_500, 1_500] });
  const leaving = new AbortController();
  const charge = ending(at.shop.charge({ key: 'charge-1' }, leaving.signal));
  await eventually(async () => (await state(at)).inHand === 1);
  leaving.abort();
  assert.is(await charge, 'gone');
  assert.equal(at.lines(), []);
  await eventually(() => at.lines().length === 1);
  assert.is((await at.shop.charge({ key: 'charge-1' })).status, 200);
});

test('a hundred at once are each done once', async ({ at }) => {
  await at.shop.control({ latencyMs: [5, 50] });
  const orders = Array.from({ length: 100 }, (_, n) => `order-${n}`);
  const said = await Promise.all(orders.map((orderId) => at.shop.charge({ orderId, key: orderId })));
  assert.ok(said.every(({ status }) => status === 200));
  assert.equal(new Set(at.lines().map(({ orderId }) => orderId)).size, 100);
  assert.is(new Set(at.lines().map(({ paymentKey }) => paymentKey)).size, 100);
});

test.run();
