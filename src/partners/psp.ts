import type { Answers, Calls } from '../actors/messages.ts';

/**
 * A payment provider. Declines are answers; an outcome that nobody can tell is an answer too (`unknown`).
 * The order id is the idempotency key of a charge: asking twice charges once and answers the same.
 */
export interface PaymentProvider {
  /** Charges a stored card. `busy` where the provider takes no more for now. */
  charge(request: Calls['Charge'], signal: AbortSignal): Promise<Answers['ChargeAnswered']>;
  /** Makes sure that no money is kept for the order, whether or not a charge had landed. @throws what is worth trying again */
  void(request: Calls['Void'], signal: AbortSignal): Promise<Answers['VoidAnswered']>;
  /** Gives back what was captured, once. @throws what is worth trying again */
  refund(request: Calls['Refund'], signal: AbortSignal): Promise<Answers['RefundAnswered']>;
}
