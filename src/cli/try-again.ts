import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupted } from './exit-code.ts';

/** Whether somebody is there to be asked. */
export const somebodyIsThere = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/**
 * Counts down on the terminal, then asks whether to try again. Enter means yes.
 * @throws {Interrupted} when `signal` aborts
 */
export async function offerToTryAgain(afterSeconds: number, signal: AbortSignal): Promise<boolean> {
  const { stderr, stdin } = process;
  try {
    for (let seconds = afterSeconds; seconds > 0; seconds--) {
      stderr.write(`\rYou can try again in ${seconds} s.   `);
      await sleep(1_000, undefined, { signal });
    }
    stderr.write('\r\x1b[K');
    const lines = createInterface({ input: stdin, output: stderr });
    try {
      // Ctrl-C in readline is no signal of the process.
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      const asked = lines.question('Try again, as a new order? [Y/n] ', { signal });
      // Ctrl-D, or a terminal that is gone, is no yes.
      const answer = await Promise.race([asked, once(lines, 'close', { signal })]).catch((error: Error) => {
        if (error.name !== 'AbortError') throw error;
        return 'n';
      });
      if (signal.aborted) throw new Interrupted();
      if (typeof answer !== 'string') return false;
      return !/^\s*(n|no|아니|아니요)\s*$/i.test(answer);
    } finally {
      lines.close();
    }
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    throw error;
  }
}
