import chalk from 'chalk';
import type { TerminalFacts } from './facts.ts';

/** How many colours chalk's levels mean. */
const coloursOf = [0, 16, 256, 16_777_216] as const;

/** What this process was started in. */
export function terminalFacts(env: NodeJS.ProcessEnv): TerminalFacts {
  const { stdin, stdout } = process;
  return {
    isTerminal: stdin.isTTY === true && stdout.isTTY === true,
    columns: stdout.columns ?? 0,
    rows: stdout.rows ?? 0,
    colours: coloursOf[chalk.level],
    noColor: Boolean(env['NO_COLOR']),
    term: env['TERM'] ?? '',
    locale: env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '',
    ci: Boolean(env['CI']),
  };
}
