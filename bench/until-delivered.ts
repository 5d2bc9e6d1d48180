import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds within which one more order must be delivered. */
const patienceMs = 60_000;

/**
 * Waits until so many orders are delivered.
 * @param delivered how many are, now
 * @param everyMs how often to look, milliseconds
 * @throws {Error} one was lost, or nobody works any more: none was delivered for a long time
 */
export async function untilDelivered(delivered: () => number, orders: number, everyMs = 5): Promise<void> {
  let last = 0;
  let lastAt = performance.now();
  for (let now = delivered(); now < orders; now = delivered()) {
    if (now !== last) lastAt = performance.now();
    last = now;
    if (performance.now() - lastAt > patienceMs)
      throw new Error(`Of ${orders} orders ${now} were delivered, and none in the last ${patienceMs / 1_000} s.`);
    await sleep(everyMs);
  }
}
