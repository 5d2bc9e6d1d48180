import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { calm } from '../../src/psp/knobs.ts';
import { type Provider, provider } from './provider.ts';

const test = suite<{ at: Provider }>('control');
test.before.each(async (context) => {
  context.at = await provider({ knobs: { latencyMs: [1, 2] } });
});
test.after.each(({ at }) => at.end());

test('it says how it behaves and what it has done', async ({ at }) => {
  const { json: payment } = await at.shop.charge();
  await at.shop.cancel(payment.paymentKey);
  await at.shop.charge({ card: 'card-declined', orderId: 'order-2' });
  const { status, json } = await at.shop.control();
  assert.is(status, 200);
  assert.equal(json, {
    knobs: { ...calm, latencyMs: [1, 2] },
    counts: { asked: 3, approved: 1, declined: 1, cancelled: 1, turnedAway: 0, failed: 0, hung: 0, lost: 0 },
    inHand: 0,
  });
});

test('the knobs that are named change while it runs, and the others stay', async ({ at }) => {
  const changed = await at.shop.control({ capacity: 5, failRate: 1 });
  assert.equal(changed.json.knobs, { ...calm, latencyMs: [1, 2], capacity: 5, failRate: 1 });
  assert.is((await at.shop.charge()).status, 500);
  await at.shop.control({ failRate: 0, capacity: null });
  assert.is((await at.shop.charge()).status, 200);
  assert.equal((await at.shop.control({})).json.knobs, { ...calm, latencyMs: [1, 2] });
});

for (const [what, knobs, said] of [
  ['a knob that there is not', { speed: 1 }, /^"speed" is no knob\. The knobs are latencyMs, capacity/],
  ['a rate above 1', { hangRate: 1.1 }, /^hangRate must be a number from 0 to 1/],
  ['a rate below 0', { failRate: -0.1 }, /^failRate must be/],
  ['a rate that is text', { loseRate: '0.1' }, /^loseRate must be/],
  ['a latency from more to less', { latencyMs: [2, 1] }, /^latencyMs must be two numbers/],
  ['one number of latency', { latencyMs: 120 }, /^latencyMs must be two numbers/],
  ['a latency without end', { latencyMs: [0, 1e12] }, /^latencyMs must be .* at most 600,000/],
  ['no capacity at all', { capacity: 0 }, /^capacity must be a whole number of requests from 1, or null/],
  ['no knobs', [], /^An object is needed/],
] as const)
  test(`${what} is refused by name, and nothing changes`, async ({ at }) => {
    const { status, json } = await at.shop.control(knobs);
    assert.is(status, 400);
    assert.is(json.code, 'INVALID_KNOB');
    assert.match(json.message, said);
    assert.equal((await at.shop.control()).json.knobs, { ...calm, latencyMs: [1, 2] });
  });

test('a right knob beside a wrong one does not change either', async ({ at }) => {
  await at.shop.control({ failRate: 1, hangRate: 2 });
  assert.is((await at.shop.control()).json.knobs.failRate, 0);
});

test('no web page controls it', async ({ at }) => {
  for (const origin of ['http://evil.example', 'null', at.url]) {
    assert.is((await at.shop.control(undefined, { origin })).status, 403);
    const { status, json } = await at.shop.control({ failRate: 1 }, { origin });
    assert.is(status, 403);
    assert.is(json.code, 'FORBIDDEN_REQUEST');
  }
  assert.is((await at.shop.control()).json.knobs.failRate, 0);
});

test.run();
