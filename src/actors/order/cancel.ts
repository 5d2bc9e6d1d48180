import { answer, become, done, type Message, refused, type Step, send, stay } from '../actor.ts';
import type { Forward } from '../messages.ts';
import type { RefusalCode } from '../refusals.ts';
import type { CancelUntil, Rules } from '../rules.ts';
import { answerAll, isUnpaid, type Order, rank, wait } from './order-state.ts';

/** Whether somebody cancelled this order before it was placed. */
export const withdrawn = (state: Order): boolean => state.withdrawn === true;

/** The first status in which it is too late, by what must not have happened. */
const tooLateFrom: Record<CancelUntil, Forward> = { accepted: 'accepted', cooked: 'cooked', departed: 'on-the-way' };

/**
 * `cancelling` is a lock, not an outcome. Before the payment is decided the money is asked back and that is all;
 * afterwards the rider actor alone decides between the cancellation and the departure.
 */
export const onCancelOrder =
  ({ cancelUntil }: Rules) =>
  (state: Order, { data: { orderId, reason }, replyTo }: Message<'CancelOrder'>): Step<Order> => {
    switch (state.status) {
      case 'none':
        return become({ ...state, withdrawn: true }, ...answer(replyTo, neverHeardOf(orderId)));
      case 'rejected':
      case 'refused':
        return stay(state, ...answer(replyTo, nothingToCancel(orderId, state.status)));
      case 'cancelled':
        return stay(state, ...answer(replyTo, done(orderId, 'cancelled')));
      case 'cancelling':
        return become(wait(state, replyTo));
    }
    const unpaid = isUnpaid(state.status);
    if (rank(state.progress) >= rank(tooLateFrom[cancelUntil]))
      return stay(state, ...answer(replyTo, tooLate(orderId, state.status)));
    const attempt = state.attempt + 1;
    const told = unpaid
      ? answerAll(
          state.waiting,
          refused(orderId, 'cancelled', `The order ${orderId} was cancelled before it was paid.`),
        )
      : [];
    return become(
      { ...state, status: 'cancelling', attempt, waiting: replyTo ? [replyTo] : [] },
      send('OrderCancelling', { orderId, customerId: state.request!.customerId, attempt, reason }),
      unpaid ? send('VoidPayment', { orderId }) : send('StopDelivery', { orderId, attempt, until: cancelUntil }),
      ...told,
    );
  };

/** The rider will not leave: the money goes back, and with it the order is cancelled. */
export function onDeliveryStopped(
  state: Order,
  { data: { orderId, attempt } }: Message<'DeliveryStopped'>,
): Step<Order> {
  if (state.status !== 'cancelling' || attempt !== state.attempt || state.progress === 'awaiting-payment')
    return stay(state);
  return stay(state, send('RefundPayment', { orderId, reason: 'cancelled by the customer' }));
}

/** It was too late already: the order goes on as if nobody had asked. */
export function onDeliveryNotStopped(
  state: Order,
  { data: { orderId, attempt, status: known } }: Message<'DeliveryNotStopped'>,
): Step<Order> {
  if (state.status !== 'cancelling' || attempt !== state.attempt) return stay(state);
  const status = state.progress;
  const sorry = tooLate(orderId, known ?? status);
  return become(
    { ...state, status, waiting: [] },
    send('CancelRefused', { orderId, customerId: state.request!.customerId, attempt, status, reason: sorry.reason }),
    ...answerAll(state.waiting, sorry),
  );
}

/** Nothing of the customer's money is held any more. */
export function onMoneyReturned(
  state: Order,
  { data: { orderId, amountWon } }: Message<'PaymentVoided'> | Message<'PaymentRefunded'>,
): Step<Order> {
  if (state.status !== 'cancelling') return stay(state);
  const { attempt, request, waiting } = state;
  return become(
    { ...state, status: 'cancelled', waiting: [] },
    send('OrderCancelled', { orderId, customerId: request!.customerId, attempt, refundedWon: amountWon }),
    ...answerAll(waiting, done(orderId, 'cancelled')),
  );
}

const neverHeardOf = (orderId: string) =>
  refused(
    orderId,
    'no-such-order',
    `There is no order "${orderId}". Should one still come under this id, it will not be placed.`,
  );

const nothingToCancel = (orderId: string, status: string) =>
  refused(orderId, 'over', `The order ${orderId} is ${status} already. There is nothing to cancel.`);

const tooLate = (orderId: string, status: string) => ({
  outcome: 'refused' as const,
  orderId,
  code: 'too-late' satisfies RefusalCode,
  reason: `The order ${orderId} is ${status} already, so it can no longer be cancelled.`,
});
