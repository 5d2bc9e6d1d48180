import { UsageError } from '../exit-code.ts';

/** Whether somebody sits at a terminal that can show it. */
export const hasTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** @throws {UsageError} there is no terminal to show it on */
export function mustHaveTerminal(): void {
  if (hasTerminal()) return;
  throw new UsageError(
    'The dashboard needs a terminal, for its keys and for its screen. Without one, use `baedal order list`, `kitchen list`, `rider list`, `notifications` or `system`, each also with --json.',
  );
}
