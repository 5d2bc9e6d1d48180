/** How long a charge that was put off waits at first and at most, milliseconds. */
const chargeFirstMs = 1_000;
const chargeCapMs = 15_000;

/** The same for a void or a refund that did not get through. It is tried for as long as it takes. */
const settleFirstMs = 500;
const settleCapMs = 60_000;

/** Milliseconds until a charge that was put off `tries` times is tried again; not before the provider wants to be asked. */
export const chargePauseMs = (orderId: string, tries: number, retryAfterMs: number): number =>
  pause(orderId, tries, Math.max(chargeFirstMs, Math.min(retryAfterMs, chargeCapMs)), chargeCapMs);

export const settlePauseMs = (orderId: string, tries: number): number =>
  pause(orderId, tries, settleFirstMs, settleCapMs);

/**
 * Doubles from `firstMs` up to `capMs`, then one to one and a half times that: spread by the order, so that what was put off together does
 * not come back together. The spread is a hash and not a random number, since actors are pure.
 */
function pause(orderId: string, tries: number, firstMs: number, capMs: number): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(tries - 1, 20));
  return Math.round(full * (1 + spread(`${orderId}/${tries}`) / 2));
}

/** From 0 up to 1: FNV-1a, 32 bits, finished as MurmurHash3 does, since names that are alike must come out apart. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
