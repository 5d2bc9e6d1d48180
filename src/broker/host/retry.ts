/** How often a message is handled before it goes to the dead letters. The whole climb takes about four hours. */
export const maxAttempts = 16;

const firstMs = 200;
const capMs = 30 * 60_000;

/**
 * How long to wait after the failure of attempt number `attempt` (0 the first), milliseconds: doubling from 200 ms, capped at
 * half an hour, with equal jitter (half fixed, half random) so that what failed together does not come back together.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(capMs, firstMs * 2 ** attempt);
  return Math.round(full / 2 + (random() * full) / 2);
}

/** The longest wait of what was put off, milliseconds: once the other side works again, nobody waits longer than this for it. */
const longestPutOffMs = 5 * 60_000;

/**
 * How long to put off what was not even tried, milliseconds: at least `retryAfterMs`, and half as long again as it has waited so far, up
 * to five minutes; so an outage of hours does not keep everybody busy with asking. With equal jitter, upwards.
 */
export function putOffMs(waitedMs: number, retryAfterMs: number, random: () => number = Math.random): number {
  const full = Math.max(retryAfterMs, Math.min(longestPutOffMs, waitedMs / 2));
  return Math.round(full * (1 + random() / 2));
}
