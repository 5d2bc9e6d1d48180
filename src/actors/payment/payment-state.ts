export type Payment = {
  status:
    | 'none'
    | 'authorizing'
    | 'deferred'
    | 'captured'
    | 'not-charged'
    | 'voiding'
    | 'voided'
    | 'refunding'
    | 'refunded';
  amountWon: number;
  /** The provider's name for the charge. */
  paymentKey?: string;
  /** Who hears where the provider is busy, and the charge may not be put off. */
  answerTo?: string;
  /** What a charge that may be put off needs when its time comes. `payBy`: epoch milliseconds. */
  asked?: { customerId: string; billingKey: string; payBy: number };
  /** One of the charges that were put off had no answer, and may have landed. */
  maybeCharged?: boolean;
  /** Why it goes back. */
  reason?: string;
  /** How often what is to be done now has been put off. */
  tries?: number;
  /** How long a void has waited after it had found nothing, milliseconds, and how long it is waiting now. */
  absentMs?: number;
  waitingMs?: number;
};
