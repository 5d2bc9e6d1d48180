import { connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Provider, provider } from './provider.ts';
import { type Said, Shop } from './shop.ts';

const test = suite<{ at: Provider }>('charging a card');
test.before.each(async (context) => {
  context.at = await provider({ now: () => Date.UTC(2026, 6, 1, 15, 30, 5, 250) });
});
test.after.each(({ at }) => at.end());

/** It was refused, in the provider's form. */
function refuses({ status, json }: Said, expected: number, code: string): void {
  assert.is(status, expected, JSON.stringify(json));
  assert.is(json.code, code);
  assert.equal(Object.keys(json), ['code', 'message']);
  assert.ok(json.message.length > 0);
}

test('a card that pays is charged, and the payment tells all of it', async ({ at }) => {
  const { status, json } = await at.shop.charge();
  assert.is(status, 200);
  const { paymentKey, ...rest } = json;
  assert.match(paymentKey, /^tpay_[\w-]{24}$/);
  assert.equal(rest, {
    mId: 'baedal',
    orderId: 'order-1',
    orderName: 'two fried chickens',
    status: 'DONE',
    totalAmount: 38_000,
    balanceAmount: 38_000,
    currency: 'KRW',
    method: '카드',
    requestedAt: '2026-07-02T00:30:05+09:00',
    approvedAt: '2026-07-02T00:30:05+09:00',
    cancels: null,
  });
  assert.equal(at.lines(), [{ kind: 'captured', orderId: 'order-1', paymentKey, amountWon: 38_000 }]);
});

for (const [card, status, code, message] of [
  ['card-declined', 403, 'REJECT_CARD_COMPANY', 'The card company declined the payment.'],
  ['card-expired', 400, 'INVALID_CARD_EXPIRATION', 'The card has expired.'],
  ['card-limit', 403, 'EXCEED_MAX_AMOUNT', 'The amount is above the limit of the card.'],
] as const)
  test(`${card} is declined, which is on the ledger, and another card may still pay`, async ({ at }) => {
    const declined = await at.shop.charge({ card, key: 'first' });
    refuses(declined, status, code);
    assert.is(declined.json.message, message);
    const line = { kind: 'declined', orderId: 'order-1', paymentKey: '', amountWon: 38_000 };
    assert.equal(at.lines(), [line]);
    refuses(await at.shop.find('order-1'), 404, 'NOT_FOUND_PAYMENT');
    assert.is((await at.shop.charge({ key: 'second' })).status, 200);
  });

test('chance declines as many as it is told to', async ({ at }) => {
  await at.shop.control({ declineRate: 1 });
  refuses(await at.shop.charge(), 403, 'REJECT_CARD_PAYMENT');
  assert.is(at.lines()[0]?.['kind'], 'declined');
});

for (const card of ['visa', 'card', 'Card-kim', '%F0%9F%8D%97'])
  test(`there is no card ${card}`, async ({ at }) => {
    const said = await at.shop.charge({ card });
    refuses(said, 400, 'INVALID_BILL_KEY_REQUEST');
    assert.is(said.json.message, 'There is no such card.');
    assert.equal(at.lines(), []);
  });

for (const [what, charge, code] of [
  ['zero', { amount: 0 }, 'BELOW_MINIMUM_AMOUNT'],
  ['a negative amount', { amount: -38_000 }, 'BELOW_MINIMUM_AMOUNT'],
  ['99 won', { amount: 99 }, 'BELOW_MINIMUM_AMOUNT'],
  ['a part of a won', { amount: 100.5 }, 'INVALID_REQUEST'],
  ['an amount that is text', { amount: '38000' }, 'INVALID_REQUEST'],
  ['more than a number can say', { amount: 1e300 }, 'INVALID_REQUEST'],
  ['no amount', { amount: undefined }, 'INVALID_REQUEST'],
  ['an order id that is too short', { orderId: 'five5' }, 'INVALID_ORDER_ID'],
  ['an order id that is too long', { orderId: 'x'.repeat(65) }, 'INVALID_ORDER_ID'],
  ['an order id with a dot', { orderId: 'order.1' }, 'INVALID_ORDER_ID'],
  ['an order id with a line after it', { orderId: 'order-1\n' }, 'INVALID_ORDER_ID'],
  ['a customer of one letter', { customerKey: 'k' }, 'INVALID_CUSTOMER_KEY'],
  ['a customer with a space', { customerKey: 'kim lee' }, 'INVALID_CUSTOMER_KEY'],
  ['no customer', { customerKey: undefined }, 'INVALID_CUSTOMER_KEY'],
] as const)
  test(`${what} is refused with ${code}`, async ({ at }) => {
    refuses(await at.shop.charge(charge), 400, code);
    assert.equal(at.lines(), []);
  });

test('the least is 100 won, and ids may be as long as they may be', async ({ at }) => {
  const charge = { amount: 100, orderId: 'x'.repeat(64), customerKey: 'k@'.repeat(150) };
  assert.is((await at.shop.charge(charge)).status, 200);
});

test('an order is charged once, whatever the idempotency key, even where both come at once', async ({ at }) => {
  const first = await Promise.all(['a', 'b', 'c'].map((key) => at.shop.charge({ key })));
  assert.equal(first.map(({ status }) => status).sort(), [200, 400, 400]);
  refuses(await at.shop.charge({ key: 'd' }), 400, 'ALREADY_PROCESSED_PAYMENT');
  refuses(await at.shop.charge(), 400, 'ALREADY_PROCESSED_PAYMENT');
  assert.is(at.lines().length, 1);
});

test('a payment is found by its order and by its key', async ({ at }) => {
  const { json: payment } = await at.shop.charge();
  assert.equal((await at.shop.find('order-1')).json, payment);
  assert.equal((await at.shop.get(`/v1/payments/${payment.paymentKey}`)).json, payment);
  refuses(await at.shop.find('order-2'), 404, 'NOT_FOUND_PAYMENT');
  refuses(await at.shop.get('/v1/payments/tpay_nothing'), 404, 'NOT_FOUND_PAYMENT');
});

test('without the key of the shop nothing is told and nothing done', async ({ at }) => {
  const key = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const wrong of ['test_sk_of_the_testz', '', 'test_sk_of_the_tests:more', 'live_sk']) {
    const stranger = new Shop(at.url, wrong);
    refuses(await stranger.charge(), 401, 'UNAUTHORIZED_KEY');
    refuses(await stranger.find('order-1'), 401, 'UNAUTHORIZED_KEY');
    refuses(await stranger.cancel('tpay_x'), 401, 'UNAUTHORIZED_KEY');
    refuses(await stranger.transactions(), 401, 'UNAUTHORIZED_KEY');
  }
  for (const authorization of [undefined, 'Basic', 'Bearer test_sk_of_the_tests', key('test_sk_of_the_tests')]) {
    const response = await fetch(`${at.url}/v1/payments/tpay_x`, authorization ? { headers: { authorization } } : {});
    assert.is(response.status, 401, authorization);
  }
  // However the way to it is written.
  assert.is((await fetch(`${at.url}/%761/payments/tpay_x`)).status, 401);
  assert.is((await at.shop.control()).json.counts.asked, 0);
  assert.equal(at.lines(), []);
});

test('what is no request is refused in the same form', async ({ at }) => {
  const send = async (body: string | undefined, contentType?: string): Promise<Said> => {
    const headers = { ...at.shop.headers(), ...(contentType && { 'content-type': contentType }) };
    const response = await fetch(`${at.url}/v1/billing/card-kim`, { method: 'POST', headers, ...(body && { body }) });
    return { status: response.status, json: await response.json(), headers: response.headers };
  };
  refuses(await send('{"amount":'), 400, 'INVALID_REQUEST');
  refuses(await send('[]'), 400, 'INVALID_REQUEST');
  refuses(await send('null'), 400, 'INVALID_REQUEST');
  refuses(await send(undefined), 400, 'INVALID_REQUEST');
  refuses(await send('{"__proto__":{}}'), 400, 'INVALID_REQUEST');
  refuses(await send('amount=1', 'text/plain'), 415, 'UNSUPPORTED_MEDIA_TYPE');
  refuses(await send(JSON.stringify({ orderName: 'x'.repeat(65_536) })), 413, 'REQUEST_TOO_LARGE');
  refuses(await at.shop.get('/v1/nothing'), 404, 'NOT_FOUND');
  refuses(await at.shop.get('/v2'), 404, 'NOT_FOUND');
  refuses(await at.shop.get('/v1/payments/%ZZ'), 400, 'INVALID_REQUEST');
  refuses(await at.shop.get(`/v1/payments/${'x'.repeat(301)}`), 414, 'INVALID_REQUEST');
});

test('what is not even HTTP is refused in the same form', async ({ at }) => {
  const { hostname, port } = new URL(at.url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  socket.write('give me the money\r\n\r\n');
  let answer = '';
  for await (const text of socket) answer += text;
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.equal(JSON.parse(body), { code: 'INVALID_REQUEST', message: 'Bad Request' });
});

test.run();
