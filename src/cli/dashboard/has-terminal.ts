import { readFileSync } from 'node:fs';
import { UsageError } from '../exit-code.ts';
import type { Settings } from '../settings.ts';

/** Whether somebody sits at a terminal, and this is what they look at. */
const hasTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true && isInForeground();

/** Whether the dashboard is shown without being asked for: not on a terminal that only prints, which it would litter. */
export const showsByItself = ({ json, dumbTerminal = false }: Settings): boolean =>
  hasTerminal() && !json && !dumbTerminal;

/** Whether the terminal is ours just now. A job in the background would be stopped as soon as it asked for keys. */
function isInForeground(): boolean {
  try {
    // proc(5): the state comes after the name, in parentheses; then parent, group, session, terminal, and the terminal's group.
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , ofTerminal] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === ofTerminal;
  } catch {
    return true; // no Linux: there is no way to know
  }
}

/** @throws {UsageError} there is no terminal to show it on */
export function mustHaveTerminal(): void {
  if (hasTerminal()) return;
  throw new UsageError(
    'The dashboard needs a terminal, for its keys and for its screen. Without one, use `baedal order list`, `kitchen list`, `rider list`, `notifications` or `system`, each also with --json.',
  );
}
