import { setTimeout as sleep } from 'node:timers/promises';

/** How to close what is open, the one opened last at the end. */
const open = new Set<() => Promise<void>>();

/**
 * Makes sure that something is closed once: by whoever opened it, or by `closeAll`, whoever comes first.
 * @returns closes it, or waits for whoever is about to; safe to call twice
 */
export function closing(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const once = (): Promise<void> => {
    closed ??= close().finally(() => open.delete(once));
    return closed;
  };
  open.add(once);
  return once;
}

/**
 * Closes whatever is open, the one opened last first, since it stands on the others.
 * @param withinMs milliseconds for each, default 20,000
 * @returns what could not be closed, and why
 */
export async function closeAll(withinMs = 20_000): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const close of [...open].reverse()) {
    const closed = new AbortController();
    const late = sleep(withinMs, undefined, closed).then(() => {
      throw new Error(`Something was not closed within ${withinMs} ms.`);
    });
    await Promise.race([close(), late]).catch((error: unknown) => failures.push(error));
    late.catch(() => {}); // nobody waits for it any more
    closed.abort();
  }
  return failures;
}

/**
 * Takes all steps, one after the other, also those after one that fails.
 * @throws what the first one has thrown that failed
 */
export async function everyStep(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
