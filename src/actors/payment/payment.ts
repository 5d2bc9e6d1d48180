import { type Actor, become, calling, type Message, type Step, send, stay } from '../actor.ts';

export type Payment = {
  status: 'none' | 'authorizing' | 'captured' | 'not-charged' | 'voiding' | 'voided' | 'refunding' | 'refunded';
  amountWon: number;
};

/** Takes the money before the kitchen lights a stove, and gives it back at most once. */
export const payment: Actor<Payment> = {
  name: 'payment',
  start: { status: 'none', amountWon: 0 },
  on: {
    AuthorizePayment: onAuthorizePayment,
    ChargeAnswered: onChargeAnswered,
    VoidPayment: onVoidPayment,
    VoidAnswered: onVoidAnswered,
    RefundPayment: onRefundPayment,
    RefundAnswered: onRefundAnswered,
  },
};

function onAuthorizePayment(state: Payment, { data, at }: Message<'AuthorizePayment'>): Step<Payment> {
  if (state.status !== 'none') return stay(state); // asked twice, or voided before it was asked
  const { orderId, customerId, amountWon, billingKey, answerBy } = data;
  if (at > answerBy)
    return become(
      { status: 'not-charged', amountWon },
      send('PaymentDeclined', {
        orderId,
        code: 'expired',
        reason: 'The payment could not be made in time. Nothing was charged.',
      }),
    );
  return calling(become({ status: 'authorizing', amountWon }), {
    type: 'Charge',
    request: { orderId, customerId, amountWon, billingKey, answerBy },
  });
}

function onChargeAnswered(state: Payment, { data }: Message<'ChargeAnswered'>): Step<Payment> {
  const { orderId } = data;
  if (data.outcome === 'approved' && (state.status === 'voiding' || state.status === 'voided'))
    return giveBack({ ...state, amountWon: data.amountWon }, orderId, 'charged after it was voided');
  if (state.status !== 'authorizing') return stay(state);
  switch (data.outcome) {
    case 'approved':
      return become(
        { status: 'captured', amountWon: data.amountWon },
        send('PaymentApproved', { orderId, amountWon: data.amountWon, paymentKey: data.paymentKey }),
      );
    case 'declined':
      return become(
        { ...state, status: 'not-charged' },
        send('PaymentDeclined', { orderId, code: data.code, reason: data.reason }),
      );
    case 'busy':
      return become(
        { ...state, status: 'not-charged' },
        send('PaymentBusy', { orderId, retryAfterMs: data.retryAfterMs }),
      );
    case 'unknown':
      return calling(become({ ...state, status: 'voiding' }, send('PaymentUnknown', { orderId })), {
        type: 'Void',
        request: { orderId },
      });
  }
}

/** Whatever became of the charge, no money may be kept. Read before the charge, it forbids the charge. */
function onVoidPayment(state: Payment, { data: { orderId } }: Message<'VoidPayment'>): Step<Payment> {
  switch (state.status) {
    case 'none':
    case 'not-charged':
      return become({ status: 'voided', amountWon: 0 }, send('PaymentVoided', { orderId, amountWon: 0 }));
    case 'authorizing':
      return calling(become({ ...state, status: 'voiding' }), { type: 'Void', request: { orderId } });
    case 'captured':
      return giveBack(state, orderId, 'the order was not established');
    case 'voided':
      return stay(state, send('PaymentVoided', { orderId, amountWon: state.amountWon }));
    default:
      return stay(state); // under way, or done
  }
}

function onVoidAnswered(state: Payment, { data: { orderId, amountWon } }: Message<'VoidAnswered'>): Step<Payment> {
  if (state.status !== 'voiding') return stay(state);
  return become({ status: 'voided', amountWon }, send('PaymentVoided', { orderId, amountWon }));
}

function onRefundPayment(state: Payment, { data: { orderId, reason } }: Message<'RefundPayment'>): Step<Payment> {
  if (state.status === 'captured') return giveBack(state, orderId, reason);
  return stay(state); // nothing to give back, given back already, or on its way
}

function onRefundAnswered(state: Payment, { data: { orderId, amountWon } }: Message<'RefundAnswered'>): Step<Payment> {
  if (state.status !== 'refunding') return stay(state);
  return become({ status: 'refunded', amountWon }, send('PaymentRefunded', { orderId, amountWon }));
}

const giveBack = (state: Payment, orderId: string, reason: string): Step<Payment> =>
  calling(become({ ...state, status: 'refunding' }), {
    type: 'Refund',
    request: { orderId, amountWon: state.amountWon, reason },
  });
