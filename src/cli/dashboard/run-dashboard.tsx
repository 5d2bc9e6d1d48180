import type { Broker } from '../../broker/broker.ts';
import { now } from '../open-broker.ts';
import { say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { App } from './app.tsx';
import { Controller } from './controller.ts';
import type { Log } from './log.ts';
import { openSource } from './open-source.ts';
import { operationsOf } from './operations-of.ts';
import { type Canvas, type Drawing, runScreen } from './run-screen.ts';

export type DashboardOptions = {
  settings: Settings;
  broker: Broker;
  readOnly: boolean;
  /** What would have been printed meanwhile. */
  log: Log;
  /** Ends it, as q does. */
  signal: AbortSignal;
};

/** Shows the dashboard until somebody quits, or `signal` comes. The terminal is as it was afterwards. */
export async function runDashboard({ settings, broker, readOnly, log, signal }: DashboardOptions): Promise<void> {
  const source = await openSource(settings, broker, log);
  const draw = ({ size, write, end }: Canvas): Drawing => {
    const controller = new Controller({
      source,
      operations: operationsOf(settings, broker, source),
      lang: settings.lang,
      readOnly,
      now,
      size,
      // OSC 52: the terminal itself keeps it, also over ssh.
      copy: (text) => write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`),
      onQuit: end,
    });
    return {
      node: <App controller={controller} />,
      tick: () => controller.tick(),
      refresh: () => controller.refresh(),
    };
  };
  try {
    await runScreen({ draw, onWarning: log.add, signal });
  } finally {
    log.passOnTo(say);
    source.close();
  }
}
