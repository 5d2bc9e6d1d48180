import { become, type Call, calling, type Effect, later, type Message, type Step, send, stay } from '../actor.ts';
import { settlePauseMs } from './pauses.ts';
import type { Payment } from './payment-state.ts';

/**
 * Nobody knows whether the charge landed, or will: it is looked for and closed. While the provider knows of none it may still be on its
 * way, so it is looked for again until the provider cannot carry it out any more; and for as long as it takes, where it cannot be asked.
 */
export const voidCharge = (state: Payment, orderId: string, ...told: Effect[]): Step<Payment> =>
  calling(become({ status: 'voiding', amountWon: state.amountWon }, ...told), lookFor(orderId, 0));

const lookFor = (orderId: string, look: number): Call => ({ type: 'Void', request: { orderId, look } });

export const onVoidAnswered =
  (settleMs: number) =>
  (state: Payment, { data }: Message<'VoidAnswered'>): Step<Payment> => {
    const { orderId } = data;
    if (data.outcome === 'closed' && (state.status === 'voiding' || data.amountWon > closedWon(state)))
      return voided(orderId, data.amountWon);
    if (state.status !== 'voiding') return stay(state);
    if (data.outcome !== 'absent') return putOff(state, orderId);
    if (data.look !== (state.tries ?? 0)) return stay(state); // what an earlier look has found
    const leftMs = settleMs - (state.absentMs ?? 0);
    return leftMs > 0 ? putOff(state, orderId, leftMs) : voided(orderId, 0);
  };

/** What is known to have gone back with the void; infinite where that is not how it ended. */
const closedWon = ({ status, amountWon }: Payment): number =>
  status === 'voided' ? amountWon : Number.POSITIVE_INFINITY;

const voided = (orderId: string, amountWon: number): Step<Payment> =>
  become({ status: 'voided', amountWon }, send('PaymentVoided', { orderId, amountWon }));

/** The money goes back: in full, once, for as long as it takes. */
export function giveBack({ amountWon, paymentKey }: Payment, orderId: string, reason: string): Step<Payment> {
  const state: Payment = { status: 'refunding', amountWon, reason, ...(paymentKey !== undefined && { paymentKey }) };
  return calling(become(state), refund(state, orderId));
}

/** The same each time, so that the provider knows a repeated request for what it is. */
const refund = ({ amountWon, paymentKey, reason = '' }: Payment, orderId: string): Call => ({
  type: 'Refund',
  request: { orderId, amountWon, reason, ...(paymentKey !== undefined && { paymentKey }) },
});

export function onRefundAnswered(state: Payment, { data }: Message<'RefundAnswered'>): Step<Payment> {
  if (state.status !== 'refunding') return stay(state);
  const { orderId } = data;
  if (data.outcome === 'pending') return putOff(state, orderId);
  const { amountWon } = data;
  return become({ status: 'refunded', amountWon }, send('PaymentRefunded', { orderId, amountWon }));
}

/** The next try; after nothing was found, in `mostMs` at the latest. */
function putOff(state: Payment, orderId: string, mostMs?: number): Step<Payment> {
  const tries = (state.tries ?? 0) + 1;
  const waitMs = Math.min(settlePauseMs(orderId, tries), mostMs ?? Number.POSITIVE_INFINITY);
  return become(
    { ...state, tries, waitingMs: mostMs === undefined ? 0 : waitMs },
    later(waitMs, 'SettlementDue', { orderId, tries }),
  );
}

/** Time is counted by what was waited for, and when it is over: neither a clock that jumps nor an answer that comes twice adds to it. */
export function onSettlementDue(state: Payment, { data: { orderId, tries } }: Message<'SettlementDue'>): Step<Payment> {
  if (tries !== state.tries) return stay(state);
  if (state.status === 'refunding') return calling(stay(state), refund(state, orderId));
  if (state.status !== 'voiding') return stay(state);
  const { waitingMs = 0, absentMs = 0, ...rest } = state;
  return calling(become({ ...rest, absentMs: absentMs + waitingMs }), lookFor(orderId, tries));
}
