import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../src/cli/settings.ts';

/** What has arrived: the number of the order after the last one, and how many came a second. */
export type Arrived = { next: number; perSecond: number };

/** Lets orders arrive in a process of its own, numbered from `first` on. @returns how to end it: what is in flight is delivered at once */
export function startArriving(settings: Settings, first: number, perSecond: number): () => Promise<Arrived> {
  const plan = JSON.stringify({ settings, first, perSecond });
  const child = fork(fileURLToPath(new URL('arriving.ts', import.meta.url)), [plan]);
  const ended = once(child, 'exit');
  return async () => {
    child.send('end');
    const [arrived] = (await Promise.race([
      once(child, 'message'),
      ended.then(([code]) => {
        throw new Error(`The process that lets orders arrive ended with ${code}; see above.`);
      }),
    ])) as [Arrived];
    await ended;
    return arrived;
  };
}
