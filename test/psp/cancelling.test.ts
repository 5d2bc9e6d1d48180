import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Provider, provider } from './provider.ts';

type Context = { at: Provider; paymentKey: string };

const test = suite<Context>('giving money back');
test.before.each(async (context) => {
  context.at = await provider();
  context.paymentKey = (await context.at.shop.charge()).json.paymentKey;
});
test.after.each(({ at }) => at.end());

/** What the ledger says was given back. */
const givenBack = (at: Provider) =>
  at
    .lines()
    .filter(({ kind }) => kind === 'cancelled')
    .map(({ amountWon }) => amountWon);

test('without an amount all of it is given back', async ({ at, paymentKey }) => {
  const { status, json } = await at.shop.cancel(paymentKey, { cancelReason: 'no chicken' });
  assert.is(status, 200);
  assert.is(json.status, 'CANCELED');
  assert.is(json.totalAmount, 38_000);
  assert.is(json.balanceAmount, 0);
  assert.is(json.cancels.length, 1);
  const { transactionKey, canceledAt, ...cancel } = json.cancels[0];
  assert.match(transactionKey, /^[0-9A-F]{32}$/);
  assert.match(canceledAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/);
  assert.equal(cancel, { cancelReason: 'no chicken', cancelAmount: 38_000, cancelStatus: 'DONE' });
  assert.equal((await at.shop.find('order-1')).json, json);
  assert.equal(at.lines().at(-1), { kind: 'cancelled', orderId: 'order-1', paymentKey, amountWon: 38_000 });
});

test('a part is given back, then another, then the rest', async ({ at, paymentKey }) => {
  const part = await at.shop.cancel(paymentKey, { cancelReason: 'no cola', cancelAmount: 2_000 });
  assert.is(part.json.status, 'PARTIAL_CANCELED');
  assert.is(part.json.balanceAmount, 36_000);
  assert.is(
    (await at.shop.cancel(paymentKey, { cancelReason: 'cold', cancelAmount: 6_000 })).json.balanceAmount,
    30_000,
  );
  const rest = await at.shop.cancel(paymentKey, { cancelReason: 'late' });
  assert.is(rest.json.status, 'CANCELED');
  assert.equal(
    rest.json.cancels.map(({ cancelAmount }: { cancelAmount: number }) => cancelAmount),
    [2_000, 6_000, 30_000],
  );
  assert.equal(givenBack(at), [2_000, 6_000, 30_000]);
});

test('more than is left is not given back, and what is left stays', async ({ at, paymentKey }) => {
  await at.shop.cancel(paymentKey, { cancelReason: 'no cola', cancelAmount: 2_000 });
  const over = await at.shop.cancel(paymentKey, { cancelReason: 'all', cancelAmount: 36_001 });
  assert.is(over.status, 403);
  assert.is(over.json.code, 'NOT_CANCELABLE_AMOUNT');
  assert.is((await at.shop.find('order-1')).json.balanceAmount, 36_000);
  assert.equal(givenBack(at), [2_000]);
});

test('what was given back is not given back again', async ({ at, paymentKey }) => {
  await at.shop.cancel(paymentKey);
  for (const body of [{ cancelReason: 'again' }, { cancelReason: 'again', cancelAmount: 1 }]) {
    const again = await at.shop.cancel(paymentKey, body);
    assert.is(again.status, 400);
    assert.is(again.json.code, 'ALREADY_CANCELED_PAYMENT');
  }
  assert.equal(givenBack(at), [38_000]);
});

test('many cancels at once give back no more than there is', async ({ at, paymentKey }) => {
  const asked = Array.from({ length: 10 }, () =>
    at.shop.cancel(paymentKey, { cancelReason: 'a part', cancelAmount: 9_000 }),
  );
  const done = (await Promise.all(asked)).filter(({ status }) => status === 200);
  assert.is(done.length, 4);
  assert.equal(givenBack(at), [9_000, 9_000, 9_000, 9_000]);
  assert.is((await at.shop.find('order-1')).json.balanceAmount, 2_000);
});

test('a payment that there is not cannot be given back', async ({ at }) => {
  const { status, json } = await at.shop.cancel('tpay_nothing');
  assert.is(status, 404);
  assert.is(json.code, 'NOT_FOUND_PAYMENT');
});

for (const [what, body] of [
  ['no reason', {}],
  ['an empty reason', { cancelReason: '' }],
  ['a reason of 201 letters', { cancelReason: 'x'.repeat(201) }],
  ['nothing to give back', { cancelReason: 'no chicken', cancelAmount: 0 }],
  ['less than nothing', { cancelReason: 'no chicken', cancelAmount: -1 }],
  ['a part of a won', { cancelReason: 'no chicken', cancelAmount: 0.5 }],
  ['an amount that is text', { cancelReason: 'no chicken', cancelAmount: 'all' }],
] as const)
  test(`${what} is refused`, async ({ at, paymentKey }) => {
    const { status, json } = await at.shop.cancel(paymentKey, body);
    assert.is(status, 400);
    assert.is(json.code, 'INVALID_REQUEST');
    assert.equal(givenBack(at), []);
  });

test('a cancelled order is not charged again', async ({ at, paymentKey }) => {
  await at.shop.cancel(paymentKey);
  assert.is((await at.shop.charge({ key: 'another' })).json.code, 'ALREADY_PROCESSED_PAYMENT');
});

test.run();
