import { CommanderError } from 'commander';
import { BaedalError } from '../errors.ts';
import { AlreadySaid, exit, exitCodeFor, Interrupted } from './exit-code.ts';
import { printJson, say } from './print.ts';
import { programOf } from './program/program.ts';

/**
 * Reads the command line, runs the command, and says in a sentence what went wrong.
 * @returns the exit code
 */
export async function main(argv: string[]): Promise<number> {
  const program = programOf();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exit.done;
    const json = argv.includes('--json');
    if (error instanceof CommanderError) {
      // What was wrong has been said on stderr already.
      if (json) printJson({ error: { code: 'usage', message: error.message.replace(/^error: /, ''), retry: false } });
      return exit.usage;
    }
    if (!(error instanceof AlreadySaid)) report(error, json);
    return exitCodeFor(error);
  }
}

function report(error: unknown, json: boolean): void {
  if (!(error instanceof BaedalError)) {
    say(
      `Something went wrong that should not: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return;
  }
  if (json && !(error instanceof Interrupted)) {
    const { code, message, retry } = error;
    const { retryAfterMs } = error as { retryAfterMs?: number };
    printJson({ error: { code, message, retry, ...(retryAfterMs !== undefined && { retryAfterMs }) } });
  }
  say(error.message);
}
