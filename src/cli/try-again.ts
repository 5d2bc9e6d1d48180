import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupted } from './exit-code.ts';
import { question } from './question.ts';

/**
 * Counts down on the terminal, then asks whether to try again. Enter means yes.
 * @throws {Interrupted} when `signal` aborts
 */
export async function offerToTryAgain(afterSeconds: number, signal: AbortSignal): Promise<boolean> {
  const { stderr } = process;
  try {
    for (let seconds = afterSeconds; seconds > 0; seconds--) {
      stderr.write(`\rYou can try again in ${seconds} s.   `);
      await sleep(1_000, undefined, { signal });
    }
    stderr.write('\r\x1b[K');
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    throw error;
  }
  const answer = await question('Try again, as a new order? [Y/n] ', signal);
  return answer !== undefined && !/^\s*(n|no|아니|아니요)\s*$/i.test(answer);
}
