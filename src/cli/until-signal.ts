import { exit } from './exit-code.ts';
import { say } from './print.ts';

/** Aborts at the first Ctrl-C or SIGTERM, or other `signals`, and says so to `tell`, default stderr; the second one ends the process at once. */
export function untilSignal(
  whatNow: string | (() => string),
  signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'],
  tell: (line: string) => void = say,
): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) return process.exit(exit.interrupted);
    tell(`${typeof whatNow === 'string' ? whatNow : whatNow()} (once more to stop at once)`);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return controller.signal;
}
