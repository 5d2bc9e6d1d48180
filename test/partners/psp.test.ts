import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { guardedPsp } from '../../src/partners/guarded-psp.ts';
import type { PaymentProvider } from '../../src/partners/psp.ts';
import { PspSimulator } from '../../src/partners/psp-simulator.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder>; psp: PspSimulator }>('payment provider');
test.before.each((context) => {
  context.folder = tempFolder();
  context.psp = new PspSimulator(join(context.folder.path, 'psp.sqlite'));
});
test.after.each(({ folder, psp }) => {
  psp.close();
  folder.remove();
});

const signal = new AbortController().signal;
const now = () => 1_000;
const charge = (rest = {}) => ({
  orderId: 'o1',
  customerId: 'kim',
  amountWon: 9_000,
  billingKey: 'card-kim',
  answerBy: 2_000,
  ...rest,
});

test('a charge asked for twice is charged once and answered alike', async ({ psp }) => {
  const first = await psp.charge(charge(), signal);
  assert.equal(first, { orderId: 'o1', outcome: 'approved', amountWon: 9_000, paymentKey: 'pay-o1' });
  assert.equal(await psp.charge(charge(), signal), first);
});

test('it remembers what it charged when it is started again', async ({ psp, folder }) => {
  await psp.charge(charge(), signal);
  const again = new PspSimulator(join(folder.path, 'psp.sqlite'));
  assert.equal(await again.refund({ orderId: 'o1', amountWon: 9_000, reason: 'x' }, signal), {
    orderId: 'o1',
    amountWon: 9_000,
  });
  again.close();
});

test('a card that does not pay is an answer with a reason', async ({ psp }) => {
  const declined = await psp.charge(charge({ billingKey: 'card-expired' }), signal);
  assert.equal(declined, {
    orderId: 'o1',
    outcome: 'declined',
    code: 'INVALID_CARD_EXPIRATION',
    reason: 'The card has expired.',
  });
});

test('a void gives back what was charged, and forbids what was not', async ({ psp }) => {
  await psp.charge(charge(), signal);
  assert.equal(await psp.void({ orderId: 'o1' }, signal), { orderId: 'o1', amountWon: 9_000 });
  assert.equal(await psp.void({ orderId: 'o2' }, signal), { orderId: 'o2', amountWon: 0 });
  const late = await psp.charge(charge({ orderId: 'o2' }), signal);
  assert.is(late.outcome, 'declined');
});

test('many charges at once are each charged', async ({ psp }) => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => psp.charge(charge({ orderId: `o${i}` }), signal)),
  );
  assert.is(answers.filter(({ outcome }) => outcome === 'approved').length, 200);
});

const provider = (one: PaymentProvider['charge']): PaymentProvider => ({
  charge: one,
  void: async ({ orderId }) => ({ orderId, amountWon: 0 }),
  refund: async ({ orderId }) => ({ orderId, amountWon: 0 }),
});
const hangs: PaymentProvider['charge'] = () => new Promise(() => {});
const fails: PaymentProvider['charge'] = () => Promise.reject(new Error('500'));
const declines: PaymentProvider['charge'] = async ({ orderId }) => ({
  orderId,
  outcome: 'declined',
  code: 'NO',
  reason: 'No.',
});

test('a provider that hangs or fails leaves the outcome unknown', async () => {
  for (const broken of [hangs, fails]) {
    const { charge: ask } = guardedPsp(provider(broken), { now, deadlineMs: 20 });
    assert.equal(await ask(charge(), false), { orderId: 'o1', outcome: 'unknown' });
  }
});

test('after some faults in a row the breaker opens, and charges are turned away as busy', async () => {
  const states: string[] = [];
  let asked = 0;
  const counted = provider((request, signal) => {
    asked++;
    return fails(request, signal);
  });
  const { charge: ask } = guardedPsp(counted, {
    now,
    faultsToOpen: 3,
    openMs: 60_000,
    onBreaker: (state) => states.push(state),
  });
  for (let i = 0; i < 3; i++) await ask(charge(), false);
  assert.equal(await ask(charge(), false), { orderId: 'o1', outcome: 'busy', retryAfterMs: 60_000 });
  assert.is(asked, 3);
  assert.equal(states, ['open']);
});

test('once the time is up one charge tries, and a provider that works again closes the breaker', async () => {
  const states: string[] = [];
  let broken = true;
  const moody = provider((request, signal) => (broken ? fails(request, signal) : declines(request, signal)));
  const { charge: ask } = guardedPsp(moody, {
    now,
    faultsToOpen: 1,
    openMs: 10,
    onBreaker: (state) => states.push(state),
  });
  await ask(charge(), false);
  broken = false;
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.is((await ask(charge(), false)).outcome, 'declined');
  assert.equal(states, ['open', 'half-open', 'closed']);
});

test('declined cards never open the breaker', async () => {
  const { charge: ask } = guardedPsp(provider(declines), { now, faultsToOpen: 2 });
  for (let i = 0; i < 10; i++) assert.is((await ask(charge(), false)).outcome, 'declined');
});

test('more charges at once than there is room for are turned away as busy', async () => {
  const { charge: ask } = guardedPsp(provider(hangs), { now, limit: 2, queue: 1, deadlineMs: 50 });
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () => ask(charge(), false).then(({ outcome }) => outcome)),
  );
  assert.equal(outcomes.toSorted(), ['busy', 'busy', 'unknown', 'unknown', 'unknown']);
});

test('a charge that may have been made before is never turned away as busy: its outcome is unknown', async () => {
  const { charge: ask } = guardedPsp(provider(fails), { now, faultsToOpen: 1, openMs: 60_000 });
  await ask(charge(), false);
  assert.is((await ask(charge(), false)).outcome, 'busy');
  assert.is((await ask(charge(), true)).outcome, 'unknown');
  const full = guardedPsp(provider(hangs), { now, limit: 1, queue: 0, deadlineMs: 50 });
  const first = full.charge(charge(), false);
  assert.is((await full.charge(charge(), true)).outcome, 'unknown');
  await first;
});

test('a charge that may have been made before is not made after its deadline: its outcome is unknown', async () => {
  let asked = 0;
  const counted = provider((request, signal) => {
    asked++;
    return declines(request, signal);
  });
  const { charge: ask } = guardedPsp(counted, { now });
  assert.is((await ask(charge({ answerBy: 999 }), true)).outcome, 'unknown');
  assert.is(asked, 0);
});

test.run();
