import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message, Step } from '../../src/actors/actor.ts';
import type { Messages } from '../../src/actors/messages.ts';
import { chargePauseMs } from '../../src/actors/payment/pauses.ts';
import { payment as paymentBy } from '../../src/actors/payment/payment.ts';
import { houseRules } from '../../src/actors/rules.ts';
import { given, meal, message, noon } from './given.ts';

const payment = paymentBy({ ...houseRules, settleMs: 3_000 });

const declined = message('ChargeAnswered', { orderId: 'o1', tries: 0, outcome: 'declined', code: 'NO', reason: 'No.' });
const busy = (retryAfterMs = 500, tries = 0) =>
  message('ChargeAnswered', { orderId: 'o1', tries, outcome: 'busy', retryAfterMs });
const unknown = message('ChargeAnswered', { orderId: 'o1', tries: 0, outcome: 'unknown' });
const refunded = message('RefundAnswered', { orderId: 'o1', outcome: 'refunded', amountWon: 38_000 });
const voided = message('VoidAnswered', { orderId: 'o1', outcome: 'closed', amountWon: 38_000 });

test('charges once, even if the request arrives twice', () => {
  given(payment).when(meal.authorize()).calls('Charge');
  given(payment, meal.authorize()).when(meal.authorize()).calls().changesNothing();
  given(payment, meal.authorize(), meal.charged()).when(meal.authorize()).calls().changesNothing();
});

test('a request that is read after its deadline is never charged', () => {
  given(payment)
    .when(meal.authorize(noon + 10_001))
    .calls()
    .sends('PaymentDeclined')
    .saying('PaymentDeclined', { code: 'expired' });
});

test('each answer of the provider becomes a fact', () => {
  const asked = given(payment, meal.authorize());
  asked
    .when(meal.charged())
    .sends('PaymentApproved')
    .saying('PaymentApproved', { amountWon: 38_000, paymentKey: 'p1' });
  asked.when(declined).sends('PaymentDeclined').saying('PaymentDeclined', { code: 'NO', reason: 'No.' });
  asked.when(busy()).sends('PaymentBusy').saying('PaymentBusy', { retryAfterMs: 500 });
});

test('a busy provider is told at once to whoever waits, and nothing else is told from here', () => {
  const refused = { outcome: 'refused', orderId: 'o1', code: 'busy', retryAfterMs: 500 } as const;
  const asked = given(payment, meal.authorize(noon, { answerTo: 'asker' }));
  asked.when(busy()).sends('PaymentBusy').answers({ to: 'asker', with: refused });
  asked.when(meal.charged()).answers();
  asked.when(unknown).answers();
  asked.when(declined).answers();
  given(payment, meal.authorize()).when(busy()).answers();
  given(payment, meal.authorize(noon, { answerTo: 'asker' }), busy())
    .when(busy())
    .changesNothing();
  given(payment, meal.authorize(noon, { answerTo: 'asker' }), meal.voidIt())
    .when(busy())
    .changesNothing();
  given(payment, meal.authorize(noon, { answerTo: 'asker', payBy }))
    .when(busy())
    .sends('PaymentDeferred')
    .answers();
});

test('an unknown outcome is voided, so that no charge stays forgotten', () => {
  given(payment, meal.authorize()).when(unknown).sends('PaymentUnknown').calls('Void');
  given(payment, meal.authorize(), unknown)
    .when(voided)
    .sends('PaymentVoided')
    .saying('PaymentVoided', { amountWon: 38_000 });
});

test('a void that is read before the charge forbids the charge', () => {
  given(payment).when(meal.voidIt()).calls().sends('PaymentVoided').saying('PaymentVoided', { amountWon: 0 });
  given(payment, meal.voidIt()).when(meal.authorize()).calls().changesNothing();
});

test('a charge that lands although it was voided is given back', () => {
  given(payment, meal.authorize(), meal.voidIt()).when(meal.charged()).calls('Refund').sends();
  given(payment, meal.authorize(), meal.voidIt(), voided).when(meal.charged()).calls('Refund').sends();
});

test('a void of a captured payment gives it back', () => {
  given(payment, meal.authorize(), meal.charged()).when(meal.voidIt()).calls('Refund');
});

test('gives back once, however often it is asked', () => {
  const captured = [meal.authorize(), meal.charged()];
  given(payment, ...captured)
    .when(meal.refundIt())
    .calls('Refund');
  given(payment, ...captured, meal.refundIt())
    .when(meal.refundIt())
    .changesNothing();
  given(payment, ...captured, meal.refundIt())
    .when(meal.voidIt())
    .changesNothing();
  given(payment, ...captured, meal.refundIt(), refunded)
    .when(meal.refundIt())
    .changesNothing();
  given(payment, ...captured, meal.refundIt(), refunded)
    .when(refunded)
    .changesNothing();
});

test('a refund of what was never captured gives nothing back', () => {
  given(payment).when(meal.refundIt()).calls().changesNothing();
  const declined = message('ChargeAnswered', {
    orderId: 'o1',
    tries: 0,
    outcome: 'declined',
    code: 'NO',
    reason: 'No.',
  });
  given(payment, meal.authorize(), declined).when(meal.refundIt()).calls().changesNothing();
});

test('a refund says how much went back', () => {
  const { step } = given(payment, meal.authorize(), meal.charged(), meal.refundIt())
    .when(refunded)
    .sends('PaymentRefunded')
    .saying('PaymentRefunded', { amountWon: 38_000 });
  assert.is(step.state.status, 'refunded');
});

/** The last timer that was set comes back. */
function timer<S>(asked: { step: Step<S> }, type: 'ChargeDue' | 'SettlementDue', at = noon) {
  const [set] = asked.step.effects.filter((effect) => effect.kind === 'later');
  assert.is(set?.type, type);
  return { ...message(type, set!.data as Messages[typeof type], { at }), afterMs: set!.afterMs };
}

const payBy = noon + 60_000;

test('where the customer pays later, a busy provider puts the charge off, and says so once', () => {
  const first = given(payment, meal.authorize(noon, { payBy })).when(busy(2_000));
  first.sends('PaymentDeferred').saying('PaymentDeferred', { payBy, retryAfterMs: 2_000 }).calls();
  const due = timer(first, 'ChargeDue');
  assert.ok(due.afterMs >= 2_000, 'not before the provider wants to be asked');
  given(payment, meal.authorize(noon, { payBy }), busy()).when(due).calls('Charge').sends();
  given(payment, meal.authorize(noon, { payBy }), busy(), due).when(due).changesNothing();
  given(payment, meal.authorize(noon, { payBy }), busy(), due).when(busy()).changesNothing();
  const second = given(payment, meal.authorize(noon, { payBy }), busy(), due).when(busy(500, 1));
  second.sends();
  const late = timer(second, 'ChargeDue');
  const twice = [meal.authorize(noon, { payBy }), busy(), due, busy(500, 1)];
  given(payment, ...twice)
    .when(due)
    .changesNothing();
  given(payment, ...twice)
    .when(late)
    .calls('Charge');
});

test('a charge that was put off and gets through is a payment like any other', () => {
  const deferred = given(payment, meal.authorize(noon, { payBy })).when(busy());
  const again = [meal.authorize(noon, { payBy }), busy(), timer(deferred, 'ChargeDue')];
  given(payment, ...again)
    .when(meal.charged())
    .sends('PaymentApproved');
});

test('an approval that comes while the charge is put off is a payment, and is not asked for again', () => {
  const story = [meal.authorize(noon, { payBy }), busy()];
  const due = timer(given(payment, story[0]!).when(busy()), 'ChargeDue');
  given(payment, ...story)
    .when(meal.charged())
    .sends('PaymentApproved');
  given(payment, ...story, meal.charged())
    .when(due)
    .changesNothing();
});

test('where the customer pays later, a charge without an answer is asked for again, and voided only when time is up', () => {
  const nobodyKnows = (tries: number) => message('ChargeAnswered', { orderId: 'o1', tries, outcome: 'unknown' });
  const first = given(payment, meal.authorize(noon, { payBy })).when(nobodyKnows(0));
  first.sends('PaymentDeferred').calls();
  const story = [meal.authorize(noon, { payBy }), nobodyKnows(0)];
  const due = timer(first, 'ChargeDue');
  given(payment, ...story)
    .when(due)
    .calls('Charge');
  given(payment, ...story, due)
    .when({ ...meal.charged(), data: { ...meal.charged().data, tries: 1 } } as Message)
    .sends('PaymentApproved');
  given(payment, ...story)
    .when(meal.voidIt())
    .calls('Void')
    .sends();
  const busyThen = given(payment, ...story, due).when(busy(500, 1));
  given(payment, ...story, due, busy(500, 1))
    .when(timer(busyThen, 'ChargeDue', payBy + 1))
    .sends('PaymentUnknown')
    .calls('Void');
});

test('charges that were put off together come back spread out, later each time, and never more than half a minute later', () => {
  const pauses = Array.from({ length: 200 }, (_, i) => chargePauseMs(`order-${i}`, 4, 500));
  assert.ok(new Set(pauses).size > 150, 'they come back one by one');
  assert.ok(Math.max(...pauses) - Math.min(...pauses) > 3_000, 'over several seconds');
  for (let tries = 1; tries < 100; tries++) assert.ok(chargePauseMs('o1', tries, 500) <= 30_000);
});

test('a charge that was put off until its time is up is given up, and nothing was charged', () => {
  const deferred = given(payment, meal.authorize(noon, { payBy })).when(busy());
  const due = timer(deferred, 'ChargeDue', payBy + 1);
  given(payment, meal.authorize(noon, { payBy }), busy())
    .when(due)
    .calls()
    .sends('PaymentDeclined')
    .saying('PaymentDeclined', { code: 'expired' });
});

test('a charge that was put off can be taken back at once, and is not made any more', () => {
  const deferred = given(payment, meal.authorize(noon, { payBy })).when(busy());
  const due = timer(deferred, 'ChargeDue');
  given(payment, meal.authorize(noon, { payBy }), busy())
    .when(meal.voidIt())
    .calls()
    .sends('PaymentVoided')
    .saying('PaymentVoided', { amountWon: 0 });
  given(payment, meal.authorize(noon, { payBy }), busy(), meal.voidIt()).when(due).changesNothing();
});

test('a void that finds no charge looks again until the provider cannot carry one out any more', () => {
  const absent = (look: number) => message('VoidAnswered', { orderId: 'o1', outcome: 'absent', look });
  const story: Message[] = [meal.authorize(), unknown];
  let waitedMs = 0;
  let look = 0;
  for (; waitedMs < 3_000; look++) {
    assert.ok(look < 20, 'it comes to an end');
    given(payment, ...story)
      .when(absent(look + 1))
      .changesNothing();
    const asked = given(payment, ...story).when(absent(look));
    asked.sends().calls();
    const due = timer(asked, 'SettlementDue');
    waitedMs += due.afterMs;
    story.push(absent(look), due);
    given(payment, ...story.slice(0, -1))
      .when(due)
      .calls('Void');
  }
  assert.is(waitedMs, 3_000);
  given(payment, ...story)
    .when(absent(look))
    .sends('PaymentVoided')
    .saying('PaymentVoided', { amountWon: 0 });
  given(payment, ...story)
    .when(voided)
    .sends('PaymentVoided')
    .saying('PaymentVoided', { amountWon: 38_000 });
});

test('a void or a refund that does not get through is tried again for as long as it takes', () => {
  for (const [type, call] of [
    ['VoidAnswered', 'Void'],
    ['RefundAnswered', 'Refund'],
  ] as const) {
    const pending = message(type, { orderId: 'o1', outcome: 'pending' });
    const story: Message[] =
      call === 'Void' ? [meal.authorize(), unknown] : [meal.authorize(), meal.charged(), meal.refundIt()];
    for (let tries = 0; tries < 50; tries++) {
      const put = given(payment, ...story).when(pending);
      put.sends();
      const due = timer(put, 'SettlementDue');
      assert.ok(due.afterMs <= 90_000, `${due.afterMs} ms`);
      given(payment, ...story, pending)
        .when(due)
        .calls(call);
      story.push(pending, due);
    }
  }
});

test('a refund asks for the same each time, so that the provider knows it again', () => {
  const pending = message('RefundAnswered', { orderId: 'o1', outcome: 'pending' });
  const story = [meal.authorize(), meal.charged()];
  const first = given(payment, ...story).when(meal.refundIt()).step.call;
  const put = given(payment, ...story, meal.refundIt()).when(pending);
  const again = given(payment, ...story, meal.refundIt(), pending).when(timer(put, 'SettlementDue')).step.call;
  assert.equal(again, first);
  assert.is((first!.request as { paymentKey?: string }).paymentKey, 'p1');
});

test('an approval that comes after the charge was given up goes back', () => {
  const declined = message('ChargeAnswered', {
    orderId: 'o1',
    tries: 0,
    outcome: 'declined',
    code: 'NO',
    reason: 'No.',
  });
  given(payment, meal.authorize(), declined).when(meal.charged()).calls('Refund').sends();
});

test('what has been given back already is said again to whoever asks', () => {
  given(payment, meal.authorize(), meal.charged(), meal.refundIt(), refunded)
    .when(meal.voidIt())
    .calls()
    .sends('PaymentVoided')
    .saying('PaymentVoided', { amountWon: 38_000 });
});

test.run();
