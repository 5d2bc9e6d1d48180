import { setTimeout as sleep } from 'node:timers/promises';
import type { Generation } from './generation.ts';

/** Milliseconds until it is tried again when the broker did not take it. */
const againMs = 500;

/**
 * Stores elsewhere what was taken from a queue, as often as it takes.
 * @returns whether it is stored; false: the generation was lost, so what was taken comes again
 */
export async function putElsewhere(generation: Generation, store: () => Promise<void>): Promise<boolean> {
  while (generation.alive) {
    try {
      await store();
      return true;
    } catch {
      await sleep(againMs, undefined, { ref: false });
    }
  }
  return false;
}
