import type { Answers, Calls } from '../actors/messages.ts';
import type { Refusal } from '../actors/refusals.ts';

/**
 * A payment provider. Declines are answers; what is thrown is a fault, after which nobody knows what was done, unless the error says so
 * (see errors.ts). The order id is the idempotency key of a charge: asking twice charges once and answers the same.
 */
export interface PaymentProvider {
  /** Charges a stored card. */
  charge(request: Calls['Charge'], signal: AbortSignal): Promise<Charged>;
  /** Makes sure that no money is kept for the order, as far as the provider knows of a charge. */
  void(request: Calls['Void'], signal: AbortSignal): Promise<Exclude<Answers['VoidAnswered'], { outcome: 'pending' }>>;
  /** Gives back what was captured, once. */
  refund(
    request: Calls['Refund'],
    signal: AbortSignal,
  ): Promise<Exclude<Answers['RefundAnswered'], { outcome: 'pending' }>>;
}

/** What a provider says to a charge; that it is busy or that nobody knows is for those who ask it to find out. */
export type Charged =
  | { outcome: 'approved'; amountWon: number; paymentKey: string }
  | ({ outcome: 'declined' } & Refusal);
