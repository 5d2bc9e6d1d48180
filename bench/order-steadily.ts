import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../src/cli/settings.ts';

/** How long customers waited, from the time at which they were to order until they were answered, milliseconds. */
export type Answered = { orders: number; p50Ms: number; p99Ms: number; maxMs: number };

/** Lets customers order `perSecond` times a second for so long, from a process of their own. */
export async function orderSteadily(settings: Settings, perSecond: number, seconds: number): Promise<Answered> {
  const plan = JSON.stringify({ settings, perSecond, seconds });
  const child = fork(fileURLToPath(new URL('ordering.ts', import.meta.url)), [plan]);
  const ended = once(child, 'exit');
  const [answered] = (await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => {
      throw new Error(`The process of the customers ended with ${code}; see above.`);
    }),
  ])) as [Answered];
  await ended;
  return answered;
}
