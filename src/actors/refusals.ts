/** Why a request was turned down. `code` is stable and meant for programs; `reason` is a sentence for people. */
export type Refusal = { code: string; reason: string; retryAfterMs?: number };

/** Every code with which the house itself says no. Why a card was declined has the payment provider's own codes. */
export const refusalCodes = [
  'unknown-store',
  'empty-cart',
  'unknown-item',
  'sold-out',
  'bad-quantity',
  'too-many-lines',
  'id-in-use',
  'busy',
  'payment-unknown',
  'expired',
  'refused',
  'cancelled',
  'no-such-order',
  'wrong-status',
  'over',
  'too-late',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** A refusal of the house's own. */
export type HouseRefusal = Refusal & { code: RefusalCode };

/** @param retryAfterMs when to come again, milliseconds */
export const busy = (retryAfterMs: number): HouseRefusal => ({
  code: 'busy',
  reason: 'The payment system is busy just now. Nothing was charged. Please pay a little later.',
  retryAfterMs,
});
