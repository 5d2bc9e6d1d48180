import { setTimeout as sleep } from 'node:timers/promises';
import { main } from '../../src/cli/main.ts';
import type { Outcome } from './outcome.ts';

/**
 * A process in which command lines are run one after the other, as `baedal` would: each is told by the one that started it, and how it ended
 * is told back. What it prints is kept from the terminal.
 */

/** Milliseconds that a command line may take. */
const withinMs = 60_000;

const printed = { stdout: '', stderr: '' };
for (const stream of ['stdout', 'stderr'] as const)
  process[stream].write = ((text: string | Uint8Array) => {
    printed[stream] += Buffer.from(text as string).toString();
    return true;
  }) as typeof process.stdout.write;

const crash = (error: unknown) => {
  printed.stderr += `\n${(error as Error).stack ?? error}`;
};
process.on('uncaughtException', crash).on('unhandledRejection', crash);
process.setMaxListeners(0); // each command listens for signals, and usually ends with its process

process.on('message', async (words: string[]) => {
  Object.assign(printed, { stdout: '', stderr: '' });
  const late = sleep(withinMs, 'late' as const, { ref: false });
  const code = await Promise.race([main(words), late]);
  await new Promise(setImmediate); // what was not awaited may fail now
  const outcome: Outcome = { words, code: code === 'late' ? null : code, late: code === 'late', ...printed };
  process.send?.(outcome);
});
process.send?.('ready');
