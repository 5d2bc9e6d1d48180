import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { payment } from '../../src/actors/payment/payment.ts';
import { given, meal, message, noon } from './given.ts';

const unknown = message('ChargeAnswered', { orderId: 'o1', outcome: 'unknown' });
const refunded = message('RefundAnswered', { orderId: 'o1', amountWon: 38_000 });
const voided = message('VoidAnswered', { orderId: 'o1', amountWon: 38_000 });

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
  asked
    .when(message('ChargeAnswered', { orderId: 'o1', outcome: 'declined', code: 'NO', reason: 'No.' }))
    .sends('PaymentDeclined')
    .saying('PaymentDeclined', { code: 'NO', reason: 'No.' });
  asked
    .when(message('ChargeAnswered', { orderId: 'o1', outcome: 'busy', retryAfterMs: 500 }))
    .sends('PaymentBusy')
    .saying('PaymentBusy', { retryAfterMs: 500 });
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
  const declined = message('ChargeAnswered', { orderId: 'o1', outcome: 'declined', code: 'NO', reason: 'No.' });
  given(payment, meal.authorize(), declined).when(meal.refundIt()).calls().changesNothing();
});

test('a refund says how much went back', () => {
  const { step } = given(payment, meal.authorize(), meal.charged(), meal.refundIt())
    .when(refunded)
    .sends('PaymentRefunded')
    .saying('PaymentRefunded', { amountWon: 38_000 });
  assert.is(step.state.status, 'refunded');
});

test.run();
