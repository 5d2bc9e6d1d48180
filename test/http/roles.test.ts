import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Role } from '../../src/http/caller.ts';
import { eventually } from '../harness/eventually.ts';
import { call, type HttpStage, httpStage, tokenOf } from './stage.ts';

const test = suite('who may do what');

let stage: HttpStage;
const at: Record<string, string> = {};
const tokens: Record<string, string> = {};
test.before(async () => {
  stage = await httpStage(['--manual']);
  for (const name of ['order', 'pay', 'store', 'mypage'] as const) at[name] = (await stage.start(name)).url;
  const people: [Role, string][] = [
    ['customer', 'kim'],
    ['customer', 'lee'],
    ['store', 'noodle-bar'],
    ['store', 'soup-bar'],
    ['rider', 'han'],
    ['rider', 'seo'],
    ['operator', 'boss'],
  ];
  for (const [role, subject] of people) tokens[subject] = await tokenOf(role, subject);
  await stage.ready(at['order']!);
});
test.after(() => stage.close());

const as = (who: string, service: string, method: string, path: string, body?: unknown) =>
  call(at[service]!, method, path, { token: tokens[who]!, ...(body !== undefined && { body }) });

/** A placed order of kim's. */
async function placed(orderId: string): Promise<void> {
  const body = { orderId, storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] };
  assert.is((await as('kim', 'order', 'POST', '/orders', body)).status, 201);
}

const expect = async (status: number, who: string, service: string, method: string, path: string, body?: unknown) => {
  const answer = await as(who, service, method, path, body);
  assert.is(answer.status, status, `${who}: ${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};

test('an order goes its way through many hands, each of which may do its own part', async () => {
  await placed('way-1');
  await expect(404, 'soup-bar', 'store', 'POST', '/orders/way-1/accept');
  assert.equal(await expect(200, 'noodle-bar', 'store', 'POST', '/orders/way-1/accept'), {
    orderId: 'way-1',
    status: 'accepted',
  });
  await expect(404, 'han', 'store', 'POST', '/orders/way-1/claim');
  await expect(200, 'noodle-bar', 'store', 'POST', '/orders/way-1/cooked');
  const early = await expect(409, 'han', 'store', 'POST', '/orders/way-1/pickup');
  assert.match(early.error.message, /Claim it first/);
  assert.is((await expect(200, 'han', 'store', 'POST', '/orders/way-1/claim')).status, 'assigned');
  await expect(200, 'han', 'store', 'POST', '/orders/way-1/pickup');
  await expect(404, 'seo', 'store', 'POST', '/orders/way-1/deliver');
  const late = await expect(409, 'kim', 'order', 'DELETE', '/orders/way-1');
  assert.is(late.error.code, 'too-late');
  assert.is((await expect(200, 'han', 'store', 'POST', '/orders/way-1/deliver')).status, 'delivered');
  const wrong = await expect(409, 'noodle-bar', 'store', 'POST', '/orders/way-1/accept');
  assert.is(wrong.error.code, 'wrong-status');
});

test('an order is seen by its customer, its store and the operators; to others it is not there', async () => {
  await placed('seen-1');
  for (const who of ['kim', 'noodle-bar', 'boss']) {
    await expect(200, who, 'order', 'GET', '/orders/seen-1');
    await expect(200, who, 'pay', 'GET', '/pays/seen-1');
  }
  for (const who of ['lee', 'soup-bar', 'han']) {
    const hidden = await expect(404, who, 'order', 'GET', '/orders/seen-1');
    const missing = await expect(404, who, 'order', 'GET', '/orders/none-1');
    assert.is(hidden.error.message.replace('seen-1', 'none-1'), missing.error.message);
    await expect(404, who, 'order', 'GET', '/orders/seen-1/events');
  }
  await expect(404, 'lee', 'pay', 'GET', '/pays/seen-1');
  await expect(404, 'lee', 'order', 'DELETE', '/orders/seen-1');
  assert.is((await expect(200, 'kim', 'order', 'GET', '/orders/seen-1')).status, 'placed');
});

test('a store does not see what does not stand', async () => {
  const body = {
    orderId: 'poor-1',
    storeId: 'noodle-bar',
    lines: [{ itemId: 'udon', quantity: 1 }],
    billingKey: 'card-expired',
  };
  await expect(402, 'kim', 'order', 'POST', '/orders', body);
  await expect(200, 'kim', 'order', 'GET', '/orders/poor-1');
  await expect(404, 'noodle-bar', 'order', 'GET', '/orders/poor-1');
});

test('the boards have what is the caller’s', async () => {
  await placed('board-1');
  await expect(403, 'soup-bar', 'store', 'GET', '/stores/noodle-bar/orders');
  await expect(403, 'kim', 'store', 'GET', '/stores/noodle-bar/orders');
  await expect(200, 'noodle-bar', 'order', 'GET', '/orders/board-1');
  const kitchen = await expect(200, 'noodle-bar', 'store', 'GET', '/stores/noodle-bar/orders');
  assert.ok(kitchen.some(({ orderId }: { orderId: string }) => orderId === 'board-1'));
  assert.equal(await expect(200, 'soup-bar', 'store', 'GET', '/stores/soup-bar/orders'), []);

  await expect(200, 'boss', 'store', 'POST', '/orders/board-1/accept');
  await expect(200, 'boss', 'store', 'POST', '/orders/board-1/cooked');
  const ids = async (who: string) =>
    (await expect(200, who, 'store', 'GET', '/deliveries')).map(({ orderId }: { orderId: string }) => orderId);
  await expect(200, 'han', 'order', 'GET', '/orders/board-1');
  assert.equal([await ids('han'), await ids('seo')], [['board-1'], ['board-1']]);
  assert.is(
    (await expect(200, 'boss', 'store', 'POST', '/orders/board-1/claim', { riderId: 'han' })).status,
    'assigned',
  );
  await eventually(async () =>
    assert.equal([await ids('han'), await ids('seo'), await ids('boss')], [['board-1'], [], ['board-1']]),
  );
  await expect(200, 'han', 'order', 'GET', '/orders/board-1');
  await expect(404, 'seo', 'order', 'GET', '/orders/board-1');
});

test('a refusal by the store has its reason, and the money goes back', async () => {
  await placed('no-1');
  await expect(400, 'noodle-bar', 'store', 'POST', '/orders/no-1/refuse', {});
  const body = { reason: 'out of noodles' };
  assert.is((await expect(200, 'noodle-bar', 'store', 'POST', '/orders/no-1/refuse', body)).status, 'refused');
  const again = await expect(409, 'kim', 'order', 'POST', '/orders', {
    orderId: 'no-1',
    storeId: 'noodle-bar',
    lines: [{ itemId: 'udon', quantity: 1 }],
  });
  assert.match(again.error.message, /out of noodles/);
});

test('what is another role’s is forbidden, with a sentence', async () => {
  const order = { storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] };
  for (const [who, service, method, path, body] of [
    ['noodle-bar', 'order', 'POST', '/orders', order],
    ['han', 'order', 'POST', '/orders', order],
    ['noodle-bar', 'order', 'DELETE', '/orders/x'],
    ['han', 'pay', 'GET', '/pays/x'],
    ['kim', 'store', 'POST', '/orders/x/accept'],
    ['han', 'store', 'POST', '/orders/x/cooked'],
    ['kim', 'store', 'POST', '/orders/x/refuse', { reason: 'x' }],
    ['noodle-bar', 'store', 'POST', '/orders/x/claim'],
    ['kim', 'store', 'POST', '/orders/x/pickup'],
    ['noodle-bar', 'store', 'POST', '/orders/x/deliver'],
    ['kim', 'store', 'GET', '/deliveries'],
    ['noodle-bar', 'mypage', 'GET', '/myPages'],
    ['han', 'mypage', 'GET', '/myPages'],
  ] as [string, string, string, string, unknown?][]) {
    const { error } = await expect(403, who, service, method, path, body);
    assert.match(error.message, /^This is for the .* and the token is of role/);
  }
});

test('nobody acts in another’s name, but an operator', async () => {
  const order = { storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] };
  await expect(403, 'kim', 'order', 'POST', '/orders', { ...order, customerId: 'lee' });
  await expect(403, 'kim', 'mypage', 'GET', '/myPages?customer=lee');
  await expect(403, 'han', 'store', 'POST', '/orders/x/claim', { riderId: 'seo' });
  const nameless = await expect(400, 'boss', 'order', 'POST', '/orders', order);
  assert.match(nameless.error.message, /customerId is missing/);
  assert.match((await expect(400, 'boss', 'store', 'POST', '/orders/x/claim')).error.message, /riderId is missing/);
  const forLee = await expect(201, 'boss', 'order', 'POST', '/orders', {
    ...order,
    orderId: 'lees-1',
    customerId: 'lee',
  });
  assert.is(forLee.customerId, 'lee');
  await expect(200, 'lee', 'order', 'GET', '/orders/lees-1');
  assert.is((await expect(200, 'lee', 'mypage', 'GET', '/myPages?customer=lee'))[0].orderId, 'lees-1');
  assert.is((await expect(200, 'boss', 'mypage', 'GET', '/myPages?customer=lee')).length, 1);
});

test.run();
