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
