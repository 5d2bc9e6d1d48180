import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { type Provider, provider } from './provider.ts';

const start = Date.UTC(2026, 6, 1);
const day = 86_400_000;
let clock = start;

const test = suite<{ at: Provider }>('idempotency keys');
test.before.each(async (context) => {
  clock = start;
  context.at = await provider({ now: () => clock });
});
test.after.each(({ at }) => at.end());

const inHand = async (at: Provider) => (await at.shop.control()).json.inHand;

test('the same request under the same key gets the same answer, and is done once', async ({ at }) => {
  const first = await at.shop.charge({ key: 'charge-1' });
  const again = await at.shop.charge({ key: 'charge-1' });
  assert.is(again.status, 200);
  assert.equal(again.json, first.json);
  const cancelled = await at.shop.cancel(first.json.paymentKey, { cancelReason: 'cold' }, 'cancel-1');
  assert.is(cancelled.json.status, 'CANCELED');
  assert.equal(
    (await at.shop.cancel(first.json.paymentKey, { cancelReason: 'cold' }, 'cancel-1')).json,
    cancelled.json,
  );
  assert.equal((await at.shop.charge({ key: 'charge-1' })).json, first.json, 'as it was answered then');
  assert.equal(
    at.lines().map(({ kind }) => kind),
    ['captured', 'cancelled'],
  );
});

test('a refusal is an answer too', async ({ at }) => {
  const first = await at.shop.charge({ card: 'card-limit', key: 'charge-1' });
  const again = await at.shop.charge({ card: 'card-limit', key: 'charge-1' });
  assert.is(again.status, 403);
  assert.equal(again.json, first.json);
  assert.is(at.lines().length, 1);
  await at.shop.control({ declineRate: 1 });
  assert.is((await at.shop.charge({ key: 'charge-2' })).status, 403);
  await at.shop.control({ declineRate: 0 });
  assert.is((await at.shop.charge({ key: 'charge-2' })).json.code, 'REJECT_CARD_PAYMENT');
  assert.is((await at.shop.charge({ key: 'charge-3' })).status, 200);
});

test('another request under the same key is refused, and the first answer stands', async ({ at }) => {
  const first = await at.shop.charge({ key: 'charge-1' });
  const other = await at.shop.charge({ key: 'charge-1', amount: 39_000 });
  assert.is(other.status, 422);
  assert.is(other.json.code, 'IDEMPOTENT_REQUEST_MISMATCH');
  assert.equal((await at.shop.charge({ key: 'charge-1' })).json, first.json);
});

test('a key belongs to what was asked with it', async ({ at }) => {
  const first = await at.shop.charge({ key: 'same', orderId: 'order-1' });
  assert.is((await at.shop.cancel(first.json.paymentKey, { cancelReason: 'cold' }, 'same')).status, 200);
  assert.is((await at.shop.charge({ key: 'same', card: 'card-lee', orderId: 'order-2' })).status, 200);
});

test('while the first is under way the second is told so, and afterwards gets its answer', async ({ at }) => {
  await at.shop.control({ latencyMs: [1_500, 1_500] });
  const first = at.shop.charge({ key: 'charge-1' });
  await eventually(async () => (await inHand(at)) === 1);
  const second = await at.shop.charge({ key: 'charge-1' });
  assert.is(second.status, 409);
  assert.is(second.json.code, 'IDEMPOTENT_REQUEST_PROCESSING');
  assert.is((await at.shop.charge({ key: 'charge-1', amount: 1_000 })).status, 422);
  const { status, json } = await first;
  assert.is(status, 200);
  assert.equal((await at.shop.charge({ key: 'charge-1' })).json, json);
  assert.is(at.lines().length, 1);
});

test('a failure is not kept', async ({ at }) => {
  await at.shop.control({ failRate: 1 });
  for (const _ of [1, 2]) {
    const { status, json } = await at.shop.charge({ key: 'charge-1' });
    assert.is(status, 500);
    assert.is(json.code, 'PROVIDER_ERROR');
  }
  assert.equal(at.lines(), []);
  await at.shop.control({ failRate: 0 });
  assert.is((await at.shop.charge({ key: 'charge-1' })).status, 200);
  await at.shop.control({ failRate: 1 });
  assert.is((await at.shop.charge({ key: 'charge-1' })).status, 500, 'an answer that is kept can fail to get through');
  await at.shop.control({ failRate: 0 });
  assert.is((await at.shop.charge({ key: 'charge-1' })).status, 200);
  assert.is(at.lines().length, 1);
});

test('an answer is kept for 15 days', async ({ at }) => {
  const first = await at.shop.charge({ key: 'charge-1' });
  clock = start + 15 * day - 1;
  assert.equal((await at.shop.charge({ key: 'charge-1' })).json, first.json);
  clock = start + 15 * day;
  assert.is((await at.shop.charge({ key: 'charge-1' })).json.code, 'ALREADY_PROCESSED_PAYMENT');
});

test('a key has 1 to 300 characters', async ({ at }) => {
  for (const key of ['', 'x'.repeat(301)]) {
    const { status, json } = await at.shop.charge({ key });
    assert.is(status, 400);
    assert.is(json.code, 'INVALID_IDEMPOTENCY_KEY');
  }
  assert.is((await at.shop.charge({ key: 'x'.repeat(300) })).status, 200);
});

test.run();
