/** How far an order may have come and still be cancelled. */
export const cancelLimits = ['accepted', 'cooked', 'departed'] as const;
export type CancelUntil = (typeof cancelLimits)[number];

/** What the house allows, and how long it waits. */
export type Rules = {
  /** An order can be cancelled until this has happened to it. */
  cancelUntil: CancelUntil;
  /** How long an order whose customer pays later may wait for its payment, milliseconds. */
  payLaterForMs: number;
  /** How long after a charge without an answer the payment provider may still carry it out, milliseconds. */
  settleMs: number;
};

export const houseRules: Rules = { cancelUntil: 'departed', payLaterForMs: 30 * 60_000, settleMs: 60_000 };
