import { exit } from '../src/cli/exit-code.ts';
import { reasonOf } from '../src/errors.ts';
import { closeAll } from './closing.ts';

/** What ends us, and the exit code that says so: 128 and its number, as shells have it. */
const codes = { SIGINT: exit.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;
type Ending = keyof typeof codes;

/**
 * Closes whatever is open when a signal comes, and ends this process; a second signal ends it at once.
 *
 * Nobody else may listen for these signals from now on. A RabbitMQ of our own would go by itself, while queues are still to be deleted there,
 * and would send the signal once more.
 * @param say told what is being waited for, and what could not be closed
 * @returns aborted once a signal has come: nothing more is to be begun
 */
export function onInterrupt(say: (line: string) => void): AbortSignal {
  const interrupted = new AbortController();
  const end = (signal: Ending): void => {
    if (interrupted.signal.aborted) process.exit(codes[signal]);
    interrupted.abort();
    process.on('uncaughtException', () => {}); // what is closed under the hands of a drill makes it fail
    say(`${signal}: closing what is open. A second signal ends this at once, and may leave queues behind.`);
    void closeAll().then((failures) => {
      for (const failure of failures) say(reasonOf(failure));
      process.exit(codes[signal]);
    });
  };
  for (const signal of Object.keys(codes)) process.removeAllListeners(signal).on(signal, end);
  process.on('newListener', (event, listener) => {
    if (event in codes && listener !== end) process.nextTick(() => process.off(event, listener));
  });
  return interrupted.signal;
}
