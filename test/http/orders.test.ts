import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OutcomeUnknown } from '../../src/broker/errors.ts';
import { eventually } from '../harness/eventually.ts';
import { type RunningPsp, startPsp } from '../harness/psp.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { type Call, call, type HttpStage, httpStage, tokenOf } from './stage.ts';

const test = suite('orders over HTTP');

let stage: HttpStage;
let psp: RunningPsp;
let orders: string;
let pays: string;
let pages: string;
let kim: string;
const folder = tempFolder();

test.before(async () => {
  psp = await startPsp(folder.file('ledger.jsonl'));
  stage = await httpStage(['--manual', '--psp', psp.url, '--pay-later-for', '60']);
  const all = await Promise.all((['order', 'pay', 'mypage'] as const).map((name) => stage.start(name)));
  [orders, pays, pages] = all.map(({ url }) => url) as [string, string, string];
  kim = await tokenOf('customer', 'kim');
  await stage.ready(orders);
});
test.after(async () => {
  await stage.close();
  await psp.kill('SIGKILL');
  folder.remove();
});

const udon = { storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 2 }] };
const place = (body: object, options: Call = {}) =>
  call(orders, 'POST', '/orders', { token: kim, body: { ...udon, ...body }, ...options });

test('an order that is paid is created, and can be seen where the answer says', async () => {
  const { status, body, headers } = await place({ orderId: 'first-1' });
  assert.is(status, 201);
  assert.equal(body, {
    orderId: 'first-1',
    status: 'placed',
    customerId: 'kim',
    storeId: 'noodle-bar',
    lines: [{ itemId: 'udon', quantity: 2 }],
    totalWon: 15_400,
  });
  assert.is(headers.get('location'), '/orders/first-1');
  const seen = await call(orders, 'GET', headers.get('location')!, { token: kim });
  assert.is(seen.status, 200);
  assert.is(seen.body.timeline[0].type, 'OrderReceived');
  await eventually(async () => {
    const { body: paid } = await call(orders, 'GET', '/orders/first-1', { token: kim });
    assert.is(paid.paidWon, 15_400);
  });
  await eventually(async () => {
    const onTheCommandLine = (await stage.at.json('order', 'status', 'first-1')).data;
    const again = (await call(orders, 'GET', '/orders/first-1', { token: kim })).body;
    assert.equal(again, onTheCommandLine);
  });
});

test('an order without an id gets one', async () => {
  const { status, body, headers } = await place({});
  assert.is(status, 201);
  assert.match(body.orderId, /^[0-9a-z]{10}$/);
  assert.is(headers.get('location'), `/orders/${body.orderId}`);
});

test('the same order placed again is the same order, be it by its id or by the idempotency key', async () => {
  const first = await place({ orderId: 'twice-1' });
  const second = await place({ orderId: 'twice-1' });
  const third = await place({}, { headers: { 'idempotency-key': 'twice-1' } });
  const fourth = await place({ orderId: 'twice-1' }, { headers: { 'idempotency-key': 'twice-1' } });
  for (const { status, body } of [first, second, third, fourth]) {
    assert.is(status, 201);
    assert.equal(body, first.body);
  }
  await eventually(async () => {
    const { body } = await call(pays, 'GET', '/pays/twice-1', { token: kim });
    assert.equal([body.status, body.paidWon], ['paid', 15_400]);
  });
});

test('many of the same order at once are one order, paid once', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => place({ orderId: 'crowd-1' })));
  for (const { status, body } of answers) assert.equal([status, body.orderId], [201, 'crowd-1']);
  await eventually(async () => {
    const { body } = await call(pays, 'GET', '/pays/crowd-1', { token: kim });
    assert.equal([body.status, body.paidWon], ['paid', 15_400]);
  });
});

test('two ids for one order are a mistake', async () => {
  const { status, body } = await place({ orderId: 'one-1' }, { headers: { 'idempotency-key': 'other-1' } });
  assert.is(status, 400);
  assert.match(body.error.message, /idempotency-key and orderId differ/);
  assert.is((await place({}, { headers: { 'idempotency-key': 'no id!' } })).status, 400);
});

test('an id belongs to one content and one customer', async () => {
  await place({ orderId: 'taken-1' });
  const other = await place({ orderId: 'taken-1', lines: [{ itemId: 'soba', quantity: 1 }] });
  assert.equal([other.status, other.body.error.code], [409, 'id-in-use']);
  const lee = await tokenOf('customer', 'lee');
  const stolen = await place({ orderId: 'taken-1' }, { token: lee });
  assert.equal([stolen.status, stolen.body.error.code], [409, 'id-in-use']);
});

for (const [what, body, code] of [
  ['a store that is not there', { storeId: 'noodle-baz' }, 'unknown-store'],
  ['a dish that is not there', { lines: [{ itemId: 'udom', quantity: 1 }] }, 'unknown-item'],
  ['a dish that is sold out', { lines: [{ itemId: 'tempura', quantity: 1 }] }, 'sold-out'],
  [
    'too many of a dish',
    {
      lines: [
        { itemId: 'udon', quantity: 99 },
        { itemId: 'udon', quantity: 1 },
      ],
    },
    'bad-quantity',
  ],
] as const)
  test(`${what} is 422, ${code}`, async () => {
    const answer = await place(body);
    assert.equal([answer.status, answer.body.error.code, answer.body.error.retry], [422, code, false]);
    assert.ok(answer.body.error.message.length > 20);
    assert.not.match(answer.body.error.message, '`', 'nobody over HTTP can run a command');
  });

test('why an order was rejected is told over HTTP without a command to run', async () => {
  const named = 'GET /stores/noodle-bar/menu.';
  const answer = await place({ orderId: 'typo-1', lines: [{ itemId: 'udom', quantity: 1 }] });
  assert.match(answer.body.error.message, `Did you mean "udon"? See ${named}`);
  const body = await eventually(async () => {
    const { body } = await call(orders, 'GET', '/orders/typo-1', { token: kim });
    assert.match(body.reason, named);
    return body;
  });
  const events = await fetch(`${orders}/orders/typo-1/events`, { headers: { authorization: `Bearer ${kim}` } });
  assert.not.match(JSON.stringify(body) + (await events.text()), '`baedal');
});

test('a card that is declined is 402, and no order stands', async () => {
  const { status, body } = await place({ orderId: 'poor-1', billingKey: 'card-expired' });
  assert.equal([status, body.error.code], [402, 'INVALID_CARD_EXPIRATION']);
  await eventually(async () => {
    const { body: pay } = await call(pays, 'GET', '/pays/poor-1', { token: kim });
    assert.is(pay.status, 'not-paid');
  });
  const again = await place({ orderId: 'poor-1', billingKey: 'card-expired' });
  assert.equal([again.status, again.body], [status, body]);
});

test('an order is cancelled once, and its money goes back', async () => {
  await place({ orderId: 'undo-1' });
  const cancelled = await call(orders, 'DELETE', '/orders/undo-1?reason=second%20thoughts', { token: kim });
  assert.equal([cancelled.status, cancelled.body], [200, { orderId: 'undo-1', status: 'cancelled' }]);
  const again = await call(orders, 'DELETE', '/orders/undo-1', { token: kim });
  assert.equal([again.status, again.body], [200, { orderId: 'undo-1', status: 'cancelled' }]);
  await eventually(async () => {
    const { body } = await call(pays, 'GET', '/pays/undo-1', { token: kim });
    assert.equal([body.status, body.refundedWon], ['refunded', 15_400]);
    assert.match(body.paymentId, /./);
  });
  const placed = await place({ orderId: 'undo-1' });
  assert.equal([placed.status, placed.body.error.code], [409, 'cancelled']);
});

test('what is over or never was cannot be cancelled', async () => {
  await place({ orderId: 'poor-2', billingKey: 'card-expired' });
  const over = await call(orders, 'DELETE', '/orders/poor-2', { token: kim });
  assert.equal([over.status, over.body.error.code], [409, 'over']);
  const none = await call(orders, 'DELETE', '/orders/none-1', { token: kim });
  assert.equal([none.status, none.body.error.code], [404, 'no-such-order']);
});

test('an order that is not there is 404, in a moment', async () => {
  const { status, body } = await call(orders, 'GET', '/orders/none-2', { token: kim });
  assert.equal([status, body.error.code], [404, 'no-such-order']);
  assert.is((await call(pays, 'GET', '/pays/none-2', { token: kim })).status, 404);
});

test('my page has the customer’s own orders, the newest first', async () => {
  const sora = await tokenOf('customer', 'sora');
  await place({ orderId: 'page-1' }, { token: sora });
  await place({ orderId: 'page-2' }, { token: sora });
  await place({ orderId: 'page-3', billingKey: 'card-expired' }, { token: sora });
  await eventually(async () => {
    const all = await call(pages, 'GET', '/myPages', { token: sora });
    assert.equal(
      all.body.map(({ orderId }: { orderId: string }) => orderId),
      ['page-3', 'page-2', 'page-1'],
    );
  });
  const some = await call(pages, 'GET', '/myPages?customer=sora&status=placed,accepted&limit=1', { token: sora });
  assert.equal(
    some.body.map(({ orderId }: { orderId: string }) => orderId),
    ['page-2'],
  );
  const wrong = await call(pages, 'GET', '/myPages?status=eaten', { token: sora });
  assert.is(wrong.status, 400);
  assert.match(wrong.body.error.message, /querystring\.status: the statuses are awaiting-payment, /);
  assert.is((await call(pages, 'GET', '/myPages?limit=0', { token: sora })).status, 400);
});

test('the metrics say what became of orders, by route and status', async () => {
  const { body } = await call(orders, 'GET', '/metrics');
  assert.match(body, /baedal_http_orders_total\{outcome="placed",service="order"\} \d+/);
  assert.match(body, /baedal_http_orders_total\{outcome="declined",service="order"\} \d+/);
  assert.match(body, /baedal_http_orders_total\{outcome="sold-out",service="order"\} 1/);
  assert.match(body, /baedal_broker_link_up\{service="order"\} 1/);
  assert.match(body, /baedal_read_model_behind_entries\{service="order"\} \d+/);
  assert.match(
    body,
    /request_duration_seconds_count\{service="order",method="GET",route="\/orders\/:id",status="404"\} \d+/,
  );
  assert.not.match(body, /none-2/);
});

test('a proxy on this machine does not make whoever it asks for one of us', async () => {
  const { url } = await stage.start('pay', { trustProxy: true });
  const from = (address: string, token?: string) =>
    call(url, 'GET', '/metrics', { headers: { 'x-forwarded-for': address }, ...(token && { token }) });
  assert.is((await from('203.0.113.9')).status, 401);
  assert.is((await from('203.0.113.9', kim)).status, 403);
  assert.is((await from('127.0.0.1')).status, 200);
});

// The last ones: they break the payment provider.
test('a busy payment system is 503 with when to come again; who pays later is accepted', async () => {
  await psp.control({ failRate: 1 });
  const busy = await eventually(async () => {
    const answer = await place({});
    assert.is(answer.status, 503, JSON.stringify(answer.body));
    return answer;
  });
  assert.is(busy.body.error.code, 'busy');
  assert.is(busy.body.error.retry, true);
  assert.ok(Number(busy.headers.get('retry-after')) >= 1);
  assert.match(busy.body.error.message, /Try again in \d+ s as a new order, or with payLater/);
  const later = await eventually(async () => {
    const answer = await place({ orderId: 'later-1', payLater: true });
    assert.is(answer.status, 202, JSON.stringify(answer.body));
    return answer;
  });
  assert.equal([later.body.status, later.headers.get('location')], ['payment-deferred', '/orders/later-1']);
  await eventually(async () => {
    const { body } = await call(pays, 'GET', '/pays/later-1', { token: kim });
    assert.equal([body.status, body.payBy > Date.now()], ['deferred', true]);
  });
  await psp.control({ failRate: 0 });
  await eventually(async () => assert.is((await place({ orderId: 'later-1', payLater: true })).status, 201));
});

test('where it is not known whether an order was sent, its id is told, so that nobody orders twice', async () => {
  const lost = await httpStage(undefined, 'sqlite:', 'sqlite:', (broker) =>
    Object.assign(broker, { request: () => Promise.reject(new OutcomeUnknown()) }),
  );
  try {
    const { url } = await lost.start('order');
    await lost.ready(url);
    const answer = await call(url, 'POST', '/orders', { token: kim, body: udon });
    assert.equal([answer.status, answer.body.error.code], [504, 'timed-out']);
    assert.match(answer.body.error.message, /The order \w{10} may still be placed: ask GET/);
    const cancelled = await call(url, 'DELETE', '/orders/x', { token: await tokenOf('operator', 'boss') });
    assert.equal([cancelled.status, cancelled.body.error.code], [504, 'timed-out']);
  } finally {
    await lost.close();
  }
});

test('where nobody answers in time that is said, with how to ask', async () => {
  const alone = await httpStage(undefined);
  try {
    const { url } = await alone.start('order');
    await alone.ready(url);
    const answer = await call(url, 'POST', '/orders', { token: kim, body: { ...udon, orderId: 'lost-1' } });
    assert.equal([answer.status, answer.body.error.code, answer.body.error.retry], [504, 'timed-out', true]);
    assert.match(answer.body.error.message, /lost-1 may still be placed: ask GET \/orders\/lost-1/);
  } finally {
    await alone.close();
  }
});

test.run();
