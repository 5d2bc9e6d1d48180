import { type Actor, answer, become, calling, later, type Message, type Step, send, stay } from '../actor.ts';
import type { Calls } from '../messages.ts';
import { busy, type RefusalCode } from '../refusals.ts';
import type { Rules } from '../rules.ts';
import { chargePauseMs } from './pauses.ts';
import type { Payment } from './payment-state.ts';
import { giveBack, onRefundAnswered, onSettlementDue, onVoidAnswered, voidCharge } from './settlement.ts';

/** Takes the money before the kitchen lights a stove, and gives it back at most once. */
export const payment = ({ settleMs }: Rules): Actor<Payment> => ({
  name: 'payment',
  start: { status: 'none', amountWon: 0 },
  on: {
    AuthorizePayment: onAuthorizePayment,
    ChargeAnswered: onChargeAnswered,
    ChargeDue: onChargeDue,
    VoidPayment: onVoidPayment,
    VoidAnswered: onVoidAnswered(settleMs),
    RefundPayment: onRefundPayment,
    RefundAnswered: onRefundAnswered,
    SettlementDue: onSettlementDue,
  },
});

/** How long the provider has for a charge that was put off, milliseconds. */
const putOffWithinMs = 10_000;
/** How long one without an answer waits at least, milliseconds. */
const unknownPauseMs = 1_000;

function onAuthorizePayment(state: Payment, { data, at }: Message<'AuthorizePayment'>): Step<Payment> {
  if (state.status !== 'none') return stay(state); // asked twice, or voided before it was asked
  const { orderId, customerId, amountWon, billingKey, answerBy, payBy, answerTo } = data;
  if (at > answerBy) return tooLate({ status: 'not-charged', amountWon }, orderId);
  const asked = payBy !== undefined && { asked: { customerId, billingKey, payBy } };
  const waits = answerTo !== undefined && { answerTo };
  return calling(become({ status: 'authorizing', amountWon, ...asked, ...waits }), {
    type: 'Charge',
    request: { orderId, customerId, amountWon, billingKey, answerBy, tries: 0 },
  });
}

function onChargeAnswered(state: Payment, { data }: Message<'ChargeAnswered'>): Step<Payment> {
  const { orderId } = data;
  if (data.outcome === 'approved') return approved(state, data);
  if (state.status !== 'authorizing' || data.tries !== (state.tries ?? 0)) return stay(state);
  switch (data.outcome) {
    case 'declined':
      return become(notCharged(state), send('PaymentDeclined', { orderId, code: data.code, reason: data.reason }));
    case 'busy':
      if (state.asked) return putOff(state, orderId, data.retryAfterMs);
      return turnedAway(state, orderId, data.retryAfterMs);
    case 'unknown':
      // Asked for again under the same key, the provider will say what became of it.
      if (state.asked) return putOff({ ...state, maybeCharged: true }, orderId, unknownPauseMs);
      return voidCharge(state, orderId, send('PaymentUnknown', { orderId }));
  }
}

/** Who waits hears it from here, before the order does: nothing is charged and nothing promised, whatever comes next. */
const turnedAway = (state: Payment, orderId: string, retryAfterMs: number): Step<Payment> =>
  become(
    notCharged(state),
    send('PaymentBusy', { orderId, retryAfterMs }),
    ...answer(state.answerTo, { outcome: 'refused', orderId, ...busy(retryAfterMs) }),
  );

type Approved = Extract<Message<'ChargeAnswered'>['data'], { outcome: 'approved' }>;

/** Money that was taken is kept only while somebody wants it; otherwise it goes back, however late it came. */
function approved(state: Payment, { orderId, amountWon, paymentKey }: Approved): Step<Payment> {
  switch (state.status) {
    case 'authorizing':
    case 'deferred':
      return become(
        { status: 'captured', amountWon, paymentKey },
        send('PaymentApproved', { orderId, amountWon, paymentKey }),
      );
    case 'not-charged':
    case 'voiding':
    case 'voided':
      return giveBack({ ...state, amountWon, paymentKey }, orderId, 'charged after it was given up');
    default:
      return stay(state);
  }
}

/** The provider is busy or broken, and the customer pays later: the charge waits, until its time is up. */
function putOff(state: Payment, orderId: string, retryAfterMs: number): Step<Payment> {
  const tries = (state.tries ?? 0) + 1;
  const told = tries === 1 ? [send('PaymentDeferred', { orderId, payBy: state.asked!.payBy, retryAfterMs })] : [];
  return become(
    { ...state, status: 'deferred', tries },
    ...told,
    later(chargePauseMs(orderId, tries, retryAfterMs), 'ChargeDue', { orderId, tries }),
  );
}

function onChargeDue(state: Payment, { data: { orderId, tries }, at }: Message<'ChargeDue'>): Step<Payment> {
  if (state.status !== 'deferred' || tries !== state.tries) return stay(state);
  const { customerId, billingKey, payBy } = state.asked!;
  if (at > payBy && state.maybeCharged) return voidCharge(state, orderId, send('PaymentUnknown', { orderId }));
  if (at > payBy) return tooLate(notCharged(state), orderId);
  const request: Calls['Charge'] = {
    orderId,
    customerId,
    amountWon: state.amountWon,
    billingKey,
    answerBy: Math.min(payBy, at + putOffWithinMs),
    tries,
  };
  return calling(become({ ...state, status: 'authorizing' }), { type: 'Charge', request });
}

const notCharged = ({ amountWon }: Payment): Payment => ({ status: 'not-charged', amountWon });

const tooLate = (state: Payment, orderId: string): Step<Payment> =>
  become(
    state,
    send('PaymentDeclined', {
      orderId,
      code: 'expired' satisfies RefusalCode,
      reason: 'The payment could not be made in time. Nothing was charged.',
    }),
  );

/** Whatever became of the charge, no money may be kept. Read before the charge, it forbids the charge. */
function onVoidPayment(state: Payment, { data: { orderId } }: Message<'VoidPayment'>): Step<Payment> {
  switch (state.status) {
    case 'none':
    case 'not-charged':
    case 'deferred':
      if (state.maybeCharged) return voidCharge(state, orderId);
      return become({ status: 'voided', amountWon: 0 }, send('PaymentVoided', { orderId, amountWon: 0 }));
    case 'authorizing':
      return voidCharge(state, orderId);
    case 'captured':
      return giveBack(state, orderId, 'the order was not established');
    case 'voided':
    case 'refunded':
      return stay(state, send('PaymentVoided', { orderId, amountWon: state.amountWon }));
    case 'voiding':
    case 'refunding':
      return stay(state);
  }
}

function onRefundPayment(state: Payment, { data: { orderId, reason } }: Message<'RefundPayment'>): Step<Payment> {
  if (state.status === 'captured') return giveBack(state, orderId, reason);
  return stay(state); // nothing to give back, given back already, or on its way
}
