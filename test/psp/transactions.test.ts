import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Provider, provider } from './provider.ts';

/** Midnight in Korea. */
const start = Date.UTC(2026, 5, 30, 15);
let clock = start;

const test = suite<{ at: Provider }>('transactions');
test.before.each(async (context) => {
  clock = start;
  context.at = await provider({ now: () => clock });
});
test.after.each(({ at }) => at.end());

/** Charges `order-1` and so on, a second apart, and gives their keys. */
async function charges(at: Provider, count: number): Promise<string[]> {
  const keys: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    keys.push((await at.shop.charge({ orderId: `order-${n}` })).json.paymentKey);
    clock += 1_000;
  }
  return keys;
}

type Row = { orderId: string; transactionKey: string; status: string; amount: number };
const ordersOf = (rows: Row[]) => rows.map(({ orderId }) => orderId.replace('order-', '')).join(' ');

test('every capture and every cancel is one, oldest first', async ({ at }) => {
  const [paymentKey = ''] = await charges(at, 2);
  await at.shop.cancel(paymentKey, { cancelReason: 'no cola', cancelAmount: 2_000 });
  await at.shop.cancel(paymentKey, { cancelReason: 'cold' });
  await at.shop.charge({ orderId: 'order-3', card: 'card-declined' });
  const { status, json } = await at.shop.transactions();
  assert.is(status, 200);
  assert.equal(
    json.map(({ orderId, status, amount }: Row) => `${orderId} ${status} ${amount}`),
    ['order-1 DONE 38000', 'order-2 DONE 38000', 'order-1 PARTIAL_CANCELED 2000', 'order-1 CANCELED 36000'],
  );
  const { transactionKey, ...first } = json[0];
  assert.match(transactionKey, /^[0-9A-F]{32}$/);
  assert.equal(first, {
    mId: 'baedal',
    paymentKey,
    orderId: 'order-1',
    method: '카드',
    customerKey: 'kim',
    useEscrow: false,
    amount: 38_000,
    status: 'DONE',
    currency: 'KRW',
    transactionAt: '2026-07-01T00:00:00+09:00',
  });
  const { cancels } = (await at.shop.find('order-1')).json;
  assert.equal(
    json.slice(2).map(({ transactionKey }: Row) => transactionKey),
    cancels.map(({ transactionKey }: Row) => transactionKey),
  );
});

test('they come page by page', async ({ at }) => {
  await charges(at, 5);
  const pages: string[] = [];
  let startingAfter: string | undefined;
  for (;;) {
    const { json } = await at.shop.transactions({ limit: '2', ...(startingAfter !== undefined && { startingAfter }) });
    if (json.length === 0) break;
    pages.push(ordersOf(json));
    startingAfter = json.at(-1).transactionKey;
  }
  assert.equal(pages, ['1 2', '3 4', '5']);
});

test('a hundred to a page, where nothing else is asked for', async ({ at }) => {
  const orders = Array.from({ length: 101 }, (_, n) => at.shop.charge({ orderId: `order-${n}` }));
  await Promise.all(orders);
  assert.is((await at.shop.transactions()).json.length, 100);
  assert.is((await at.shop.transactions({ limit: '5000' })).json.length, 101);
});

test('the dates are Korean time, and both of them are in it', async ({ at }) => {
  await charges(at, 4); // at 0, 1, 2 and 3 s after midnight
  const between = async (from: string, to: string) =>
    ordersOf((await at.shop.transactions({ startDate: `2026-07-01T${from}`, endDate: `2026-07-01T${to}` })).json);
  assert.is(await between('00:00:01', '00:00:02'), '2 3');
  assert.is(await between('00:00:00.001', '00:00:01.999'), '2');
  assert.is(await between('00:00:00.000', '00:00:00.000'), '1');
  assert.is(await between('00:00:04', '23:59:59'), '');
  clock = start + 4_500;
  await at.shop.charge({ orderId: 'order-5' });
  assert.is(await between('00:00:04', '00:00:04'), '5', 'all of the second, as the times that are told have no parts');
});

for (const [what, query, code] of [
  ['no start', { startDate: '' }, 'INVALID_REQUEST'],
  ['no end', { endDate: '' }, 'INVALID_REQUEST'],
  ['a day alone', { startDate: '2026-07-01' }, 'INVALID_REQUEST'],
  ['a time with an offset', { startDate: '2026-07-01T00:00:00+09:00' }, 'INVALID_REQUEST'],
  ['a day that there is not', { startDate: '2026-02-31T00:00:00' }, 'INVALID_REQUEST'],
  ['words', { endDate: 'tomorrow' }, 'INVALID_REQUEST'],
  ['a transaction that there is not', { startingAfter: 'nothing' }, 'INVALID_TRANSACTION_KEY'],
  ['a limit of zero', { limit: '0' }, 'INVALID_REQUEST'],
  ['a limit above 5000', { limit: '5001' }, 'INVALID_REQUEST'],
  ['a limit that is text', { limit: 'all' }, 'INVALID_REQUEST'],
] as const)
  test(`${what} is refused`, async ({ at }) => {
    const { status, json } = await at.shop.transactions(query);
    assert.is(status, 400);
    assert.is(json.code, code);
  });

test('both dates are needed', async ({ at }) => {
  for (const query of ['', '?startDate=2026-07-01T00:00:00', '?endDate=2026-07-01T00:00:00'])
    assert.is((await at.shop.get(`/v1/transactions${query}`)).json.code, 'INVALID_REQUEST');
});

test('they can be paged through across a restart', async ({ at }) => {
  const [paymentKey = ''] = await charges(at, 2);
  await at.shop.cancel(paymentKey);
  const { json: before } = await at.shop.transactions();
  const again = await at.restart();
  const { json: after } = await again.shop.transactions({ startingAfter: before[0].transactionKey });
  await again.end();
  const withoutNames = (rows: Row[]) => rows.map((row) => ({ ...row, customerKey: '' }));
  assert.equal(after, withoutNames(before.slice(1)));
});

test.run();
