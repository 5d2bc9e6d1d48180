import { exit } from './exit-code.ts';
import { say } from './print.ts';

/** Aborts at the first Ctrl-C, SIGTERM or closed terminal, and says so; the second one ends the process at once. */
export function untilSignal(whatNow: string): AbortSignal & { by?: NodeJS.Signals } {
  const controller = new AbortController();
  const signal = controller.signal as AbortSignal & { by?: NodeJS.Signals };
  const onSignal = (by: NodeJS.Signals) => {
    if (signal.aborted) return process.exit(exit.interrupted);
    signal.by = by;
    say(`${whatNow} (once more to stop at once)`);
    controller.abort();
  };
  for (const by of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(by, onSignal);
  return signal;
}
