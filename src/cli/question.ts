import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Interrupted } from './exit-code.ts';

/** Whether somebody is there to be asked. */
export const somebodyIsThere = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/**
 * Asks on the terminal, and gives the answer; undefined where there is none: Ctrl-D, or a terminal that is gone.
 * @throws {Interrupted} when `signal` aborts
 */
export async function question(text: string, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) throw new Interrupted();
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C in readline is no signal of the process.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    const asked = lines.question(text, { signal });
    const answer = await Promise.race([asked, once(lines, 'close', { signal })]).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
    if (signal.aborted) throw new Interrupted();
    return typeof answer === 'string' ? answer : undefined;
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    throw error;
  } finally {
    lines.close();
  }
}
