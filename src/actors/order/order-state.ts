import { type Answer, answer, become, done, type Effect, type Step, stay } from '../actor.ts';
import {
  type Forward,
  type OrderDetails,
  type OrderLine,
  type OrderStatus,
  type Service,
  waysForward,
} from '../messages.ts';
import type { Refusal, RefusalCode } from '../refusals.ts';

export type Order = {
  status: 'none' | OrderStatus;
  /** How far it has come; what a refused cancellation falls back to. */
  progress: Forward;
  /** How often somebody has tried to cancel it. */
  attempt: number;
  /** Who waits to hear whether it stands, or, while cancelling, whether it is cancelled. */
  waiting: string[];
  /** What was asked for, word for word. */
  request?: { orderId: string; customerId: string; storeId: string; lines: OrderLine[] };
  totalWon?: number;
  /** What is needed until the payment is decided, which has to be by `decideBy`, epoch milliseconds. */
  undecided?: { details: OrderDetails; service: Service; decideBy: number };
  /** Why it is over. */
  refusal?: Refusal;
  /** Cancelled by an id that nobody had placed yet. */
  withdrawn?: boolean;
};

/** Whether it is still to be paid, so that it does not stand yet. */
export const isUnpaid = (status: Order['status']): boolean =>
  status === 'awaiting-payment' || status === 'payment-deferred';

/** Whether nothing more will come of an order in this status. */
export const isOver = (status: Order['status']): boolean =>
  status === 'delivered' || status === 'rejected' || status === 'refused' || status === 'cancelled';

export const rank = (status: Forward) => waysForward.indexOf(status);
const isForward = (status: Order['status']): status is Forward => waysForward.includes(status as Forward);

/** How many may wait for one decision; who comes later is asked to look again. */
const maxWaiting = 16;

/** The order has come as far as `to`; what is behind it already changes nothing. A lock stays a lock. */
export function advance(state: Order, to: Forward): Step<Order> {
  if (!(isForward(state.status) || state.status === 'cancelling') || rank(to) <= rank(state.progress))
    return stay(state);
  return become({ ...state, progress: to, status: state.status === 'cancelling' ? 'cancelling' : to });
}

/** Puts somebody on the list of those who wait for the decision. */
export function wait(state: Order, replyTo: string | undefined): Order {
  if (!replyTo || state.waiting.includes(replyTo)) return state;
  return { ...state, waiting: [...state.waiting, replyTo].slice(-maxWaiting) };
}

export const answerAll = (waiting: readonly string[], what: Answer): Effect[] =>
  waiting.flatMap((to) => answer(to, what));

/** What somebody who places the same order once more is told. */
export function placingAnswer(state: Order, replyTo: string | undefined): Step<Order> {
  const { orderId } = state.request!;
  if (state.status === 'awaiting-payment') return become(wait(state, replyTo));
  if (state.status === 'rejected' || state.status === 'refused')
    return stay(state, ...answer(replyTo, { outcome: 'refused', orderId, ...state.refusal! }));
  if (state.status === 'cancelled' || state.status === 'cancelling')
    return stay(
      state,
      ...answer(replyTo, {
        outcome: 'refused',
        orderId,
        code: 'cancelled' satisfies RefusalCode,
        reason: `The order ${orderId} was cancelled.`,
      }),
    );
  return stay(state, ...answer(replyTo, done(orderId, state.status, state.totalWon)));
}
