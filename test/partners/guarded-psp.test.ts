import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type GuardOptions, guardedPsp } from '../../src/partners/guarded-psp.ts';
import type { PaymentProvider } from '../../src/partners/psp.ts';
import { PspFailed, PspKeyRefused, PspOverloaded, PspUnreachable } from '../../src/partners/psp-errors.ts';
import { charge } from './contract.ts';

const orderId = 'order-1';
const about = { orderId, tries: 0 };
const now = () => 1_000;

type Charge = PaymentProvider['charge'];
const provider = (one: Charge): PaymentProvider => ({
  charge: one,
  void: async ({ orderId }) => ({ orderId, outcome: 'closed', amountWon: 0 }),
  refund: async ({ orderId }) => ({ orderId, outcome: 'refunded', amountWon: 0 }),
});
const hangs: Charge = () => new Promise(() => {});
const throwing =
  (error: () => Error): Charge =>
  () =>
    Promise.reject(error());
const fails = throwing(() => new PspFailed('500'));
const declines: Charge = async () => ({ outcome: 'declined', code: 'NO', reason: 'No.' });

const guarded = (one: Charge, options: Partial<GuardOptions> = {}) =>
  guardedPsp(provider(one), { now, random: () => 0, ...options });
/** A provider whose charges end when they are told to. */
function byHand() {
  const inHand: { done(): void; overloaded(): void }[] = [];
  const one: Charge = () =>
    new Promise((resolve, reject) =>
      inHand.push({
        done: () => resolve({ outcome: 'approved', amountWon: 9_000, paymentKey: 'p' }),
        overloaded: () => reject(new PspOverloaded(2_000)),
      }),
    );
  return { one, inHand };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

test('a provider that hangs or fails leaves the outcome unknown, and it is said why', async () => {
  for (const broken of [hangs, fails, throwing(() => new Error('a bug'))]) {
    const said: string[] = [];
    const { charge: ask } = guarded(broken, {
      deadlineMs: 20,
      onFault: (order, reason) => said.push(`${order} ${reason}`),
    });
    assert.equal(await ask(charge(), false), { ...about, outcome: 'unknown' });
    assert.is(said.length, 1);
    assert.match(said[0]!, /^order-1 ./);
  }
});

test('a fault after which certainly nothing was done is busy, not unknown', async () => {
  const faults = [
    () => new PspUnreachable('http://x', false, 'ECONNREFUSED', undefined),
    () => new PspKeyRefused('http://x'),
  ];
  for (const fault of faults) assert.is((await guarded(throwing(fault)).charge(charge(), false)).outcome, 'busy');
  const lost = () => new PspUnreachable('http://x', true, 'ECONNRESET', undefined);
  assert.is((await guarded(throwing(lost)).charge(charge(), false)).outcome, 'unknown');
});

test('after some faults in a row the breaker opens, and charges are turned away as busy', async () => {
  const states: string[] = [];
  let asked = 0;
  const counted: Charge = (request, signal) => {
    asked++;
    return fails(request, signal);
  };
  const { charge: ask } = guarded(counted, {
    elapsed: () => 5,
    faultsToOpen: 3,
    openMs: 60_000,
    onBreaker: (state, why) => states.push(`${state}: ${why}`),
  });
  for (let i = 0; i < 3; i++) await ask(charge(), false);
  assert.equal(await ask(charge(), false), { ...about, outcome: 'busy', retryAfterMs: 60_000 });
  assert.is(asked, 3);
  assert.is(states.length, 1);
  assert.match(states[0]!, /^open: .*500/);
});

test('once the time is up one charge tries, and a provider that works again closes the breaker', async () => {
  const states: string[] = [];
  let broken = true;
  let time = 0;
  const moody: Charge = (request, signal) => (broken ? fails(request, signal) : declines(request, signal));
  const { charge: ask } = guarded(moody, {
    faultsToOpen: 1,
    openMs: 1_000,
    elapsed: () => time,
    onBreaker: (state) => states.push(state),
  });
  await ask(charge(), false);
  broken = false;
  time = 999;
  assert.equal(await ask(charge(), false), { ...about, outcome: 'busy', retryAfterMs: 500 });
  time = 1_000;
  assert.is((await ask(charge(), false)).outcome, 'declined');
  assert.equal(states, ['open', 'half-open', 'closed']);
});

test('a clock of the day that jumps neither keeps the breaker open nor opens it', async () => {
  const { now: today } = Date;
  let time = 0;
  const { charge: ask } = guarded(fails, { faultsToOpen: 1, openMs: 1_000, elapsed: () => time });
  await ask(charge(), false);
  try {
    Date.now = () => today() + 3_600_000;
    assert.is((await ask(charge(), false)).outcome, 'busy');
    time = 1_000;
    Date.now = () => today() - 3_600_000;
    assert.is((await ask(charge(), false)).outcome, 'unknown', 'it tried');
  } finally {
    Date.now = today;
  }
});

test('while one charge tries, the others are turned away at once instead of waiting for it', async () => {
  const { one, inHand } = byHand();
  let time = 0;
  let broken = true;
  const moody: Charge = (request, signal) => (broken ? fails(request, signal) : one(request, signal));
  const { charge: ask } = guarded(moody, { faultsToOpen: 1, openMs: 1_000, elapsed: () => time });
  await ask(charge(), false);
  broken = false;
  time = 1_000;
  const trying = ask(charge(), false);
  assert.is((await ask(charge(), false)).outcome, 'busy');
  assert.is(inHand.length, 1);
  inHand[0]!.done();
  assert.is((await trying).outcome, 'approved');
});

test('declined cards and an overloaded provider never open the breaker', async () => {
  const overloaded = throwing(() => new PspOverloaded(1));
  let time = 0;
  const options = { faultsToOpen: 2, elapsed: () => (time += 10), onBreaker: () => assert.unreachable('it opened') };
  for (const one of [declines, overloaded]) {
    const { charge: ask } = guarded(one, options);
    for (let i = 0; i < 10; i++) assert.is.not((await ask(charge(), false)).outcome, 'unknown');
  }
});

test('who would be turned away is told so beforehand: while the breaker is open, and while one charge tries', async () => {
  const { one, inHand } = byHand();
  let time = 0;
  let broken = true;
  const moody: Charge = (request, signal) => (broken ? fails(request, signal) : one(request, signal));
  const { charge: ask, turnsAway, busyForMs } = guarded(moody, { faultsToOpen: 1, openMs: 1_000, elapsed: () => time });
  const call = { type: 'Charge', request: charge() } as const;
  assert.is(turnsAway(call), undefined);
  await ask(charge(), false);
  broken = false;
  time = 400;
  assert.equal(turnsAway(call), { ...about, outcome: 'busy', retryAfterMs: 600 });
  assert.is(busyForMs(), 600);
  assert.is(turnsAway({ type: 'Void', request: { orderId, look: 0 } }), undefined);
  time = 1_000;
  assert.is(turnsAway(call), undefined, 'one has to try');
  assert.is(busyForMs(), undefined);
  const trying = ask(charge(), false);
  assert.is(turnsAway(call)?.outcome, 'busy');
  inHand[0]!.done();
  await trying;
  assert.is(turnsAway(call), undefined);
});

test('and while an overloaded provider has as much in hand as it takes, of which nobody is told a fault', async () => {
  const { one, inHand } = byHand();
  let time = 0;
  const faults: string[] = [];
  const {
    charge: ask,
    turnsAway,
    busyForMs,
  } = guarded(one, { elapsed: () => time, onFault: (_, why) => faults.push(why) });
  const call = { type: 'Charge', request: charge() } as const;
  const asked = [ask(charge(), false), ask(charge(), false)];
  await soon();
  inHand[1]!.overloaded();
  await asked[1];
  faults.splice(0);
  assert.equal(turnsAway(call), { ...about, outcome: 'busy', retryAfterMs: 2_000 });
  assert.is(busyForMs(), 2_000);
  assert.is(inHand.length, 2, 'nobody was asked');
  inHand[0]!.done();
  await asked[0];
  assert.is(turnsAway(call), undefined, 'there is room again');
  void ask(charge(), false);
  await soon();
  assert.is(turnsAway(call)?.outcome, 'busy');
  time = 2_000;
  assert.is(turnsAway(call), undefined, 'there is more room');
  assert.equal(faults, []);
});

test('an overloaded provider is asked for what it has in hand and no more, until it wants to be asked again', async () => {
  const { one, inHand } = byHand();
  let time = 0;
  const { charge: ask } = guarded(one, { elapsed: () => time });
  const asked = Array.from({ length: 5 }, () => ask(charge(), false));
  await soon();
  inHand[4]!.overloaded();
  assert.equal(await asked[4], { ...about, outcome: 'busy', retryAfterMs: 2_000 });
  time = 500;
  assert.equal(await ask(charge(), false), { ...about, outcome: 'busy', retryAfterMs: 1_500 });
  assert.is(inHand.length, 5, 'it was not asked');
  inHand[0]!.done();
  assert.is((await asked[0])!.outcome, 'approved');
  const sixth = ask(charge(), false);
  await soon();
  assert.is(inHand.length, 6, 'there is room for one again');
  time = 2_000;
  const more = Array.from({ length: 3 }, () => ask(charge(), false));
  await soon();
  assert.is(inHand.length, 8, 'there is half as much room again');
  assert.is((await more[2])!.outcome, 'busy');
  time = 4_000;
  more.push(...Array.from({ length: 4 }, () => ask(charge(), false)));
  await soon();
  assert.is(inHand.length, 11, 'and again');
  for (const { done } of inHand) done();
  await Promise.all([sixth, ...more]);
});

test('an overload is told of once, however many it turns away, and the next one again', async () => {
  const { one, inHand } = byHand();
  let time = 0;
  const told: string[] = [];
  const { charge: ask } = guarded(one, { elapsed: () => time, onFault: (order) => told.push(order) });
  const overload = async (...orders: string[]) => {
    const first = inHand.length;
    const asked = orders.map((orderId) => ask(charge({ orderId }), false));
    await soon();
    for (const { overloaded } of inHand.slice(first)) overloaded();
    for (const { outcome } of await Promise.all(asked)) assert.is(outcome, 'busy');
  };
  const working = Array.from({ length: 3 }, () => ask(charge(), false));
  await overload('a', 'b', 'c');
  time = 2_000;
  await overload('d', 'e');
  assert.equal(told, ['a']);
  for (const { done } of inHand) done();
  await Promise.all(working);
  time = 4_000; // and what it has in hand is less than it takes
  await overload('f', 'g');
  assert.equal(told, ['a', 'f']);
});

test('that refunds meet an overload is told once, until one gets through', async () => {
  let overloaded = true;
  const told: string[] = [];
  const refund: PaymentProvider['refund'] = async ({ orderId }) => {
    if (overloaded) throw new PspOverloaded(1_000);
    return { orderId, outcome: 'refunded', amountWon: 1 };
  };
  const guard = guardedPsp({ ...provider(hangs), refund }, { now, onFault: (order) => told.push(order) });
  const ask = (orderId: string) => guard.refund({ orderId, amountWon: 1, reason: 'x' } as never);
  for (const order of ['a', 'b', 'c']) assert.is((await ask(order)).outcome, 'pending');
  assert.equal(told, ['a']);
  overloaded = false;
  assert.is((await ask('c')).outcome, 'refunded');
  overloaded = true;
  await ask('d');
  assert.equal(told, ['a', 'd']);
});

test('more charges at once than there is room for are turned away as busy', async () => {
  const { charge: ask } = guarded(hangs, { limit: 2, queue: 1, deadlineMs: 50 });
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () => ask(charge(), false).then(({ outcome }) => outcome)),
  );
  assert.equal(outcomes.toSorted(), ['busy', 'busy', 'unknown', 'unknown', 'unknown']);
});

test('charges that were put off have few places of their own, and those at the counter have theirs', async () => {
  const { one, inHand } = byHand();
  const { charge: ask } = guarded(one, { putOffLimit: 2 });
  const putOff = Array.from({ length: 4 }, () => ask(charge({ tries: 1 }), false));
  const counter = ask(charge(), false);
  await soon();
  assert.is(inHand.length, 3);
  for (const { done } of inHand) done();
  assert.equal((await Promise.all(putOff)).map(({ outcome }) => outcome).toSorted(), [
    'approved',
    'approved',
    'busy',
    'busy',
  ]);
  assert.is((await counter).outcome, 'approved');
});

test('a charge that may have been made before is never turned away as busy: its outcome is unknown', async () => {
  const { charge: ask } = guarded(fails, { faultsToOpen: 1, openMs: 60_000 });
  await ask(charge(), false);
  assert.is((await ask(charge(), false)).outcome, 'busy');
  assert.is((await ask(charge(), true)).outcome, 'unknown');
  const full = guarded(hangs, { limit: 1, queue: 0, deadlineMs: 50 });
  const first = full.charge(charge(), false);
  assert.is((await full.charge(charge(), true)).outcome, 'unknown');
  await first;
  const overloaded = guarded(throwing(() => new PspOverloaded(1_000)));
  assert.is((await overloaded.charge(charge(), true)).outcome, 'unknown');
});

test('a charge is not made after its deadline', async () => {
  let asked = 0;
  const counted: Charge = (request, signal) => {
    asked++;
    return declines(request, signal);
  };
  const { charge: ask } = guarded(counted);
  assert.is((await ask(charge({ answerBy: 999 }), true)).outcome, 'unknown');
  assert.is((await ask(charge({ answerBy: 999 }), false)).outcome, 'busy');
  assert.is(asked, 0);
});

test('a void or a refund that does not get through is pending, and it is said why', async () => {
  const said: string[] = [];
  const broken: PaymentProvider = {
    ...provider(fails),
    void: () => new Promise(() => {}),
    refund: () => Promise.reject(new PspFailed('500')),
  };
  const ask = guardedPsp(broken, { now, deadlineMs: 20, onFault: (_, reason) => said.push(reason) });
  assert.equal(await ask.void({ orderId, look: 0 }), { orderId, outcome: 'pending' });
  assert.equal(await ask.refund({ orderId, amountWon: 1, reason: 'x' }), { orderId, outcome: 'pending' });
  assert.is(said.length, 2);
});

test('a void or a refund finds its way past charges that fill all their places', async () => {
  const ask = guardedPsp(provider(hangs), { now, limit: 1, queue: 0, deadlineMs: 50 });
  const first = ask.charge(charge(), false);
  assert.is((await ask.void({ orderId, look: 0 })).outcome, 'closed');
  await first;
});

test.run();
