import { setTimeout as sleep } from 'node:timers/promises';

/** Tries until `check` neither throws nor gives false, null, 0 or '', and gives what it gave.
 * Undefined counts as success, as assertions give nothing else: so end a search for a row with `?? null`.
 * @param withinMs milliseconds to keep trying, default 20_000
 * @param everyMs milliseconds between two tries, default 25
 * @throws the last error of `check`, once the time is up */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs = 20_000, everyMs = 25 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    let failure: unknown;
    try {
      const value = await check();
      // A check made of assertions alone gives undefined.
      if (value || value === undefined) return value;
      failure = new Error(`It was still ${String(value)} after ${withinMs} ms: ${check}`);
    } catch (thrown) {
      failure = thrown;
    }
    if (Date.now() >= deadline) throw failure;
    await sleep(everyMs);
  }
}
