import chalk from 'chalk';
import type { TerminalFacts } from './facts.ts';
import { hangulWidth } from './hangul-width.ts';

/** How many colours chalk's levels mean. */
const coloursOf = [0, 16, 256, 16_777_216] as const;

/** What this process was started in. @param mayAsk whether a word may be written to the terminal, to see what becomes of it */
export async function terminalFacts(env: NodeJS.ProcessEnv, mayAsk: boolean): Promise<TerminalFacts> {
  const { stdin, stdout } = process;
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  const hangulCells = isTerminal && mayAsk && env['TERM'] !== 'dumb' ? await hangulWidth() : undefined;
  return {
    isTerminal,
    ...(hangulCells !== undefined && { hangulCells }),
    columns: stdout.columns ?? 0,
    rows: stdout.rows ?? 0,
    colours: coloursOf[chalk.level],
    noColor: Boolean(env['NO_COLOR']),
    term: env['TERM'] ?? '',
    locale: env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '',
    ci: Boolean(env['CI']),
  };
}
