import { render } from 'ink';
import type { Broker } from '../../broker/broker.ts';
import { now } from '../open-broker.ts';
import { say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { App } from './app.tsx';
import { Controller } from './controller.ts';
import type { Log } from './log.ts';
import { openSource } from './open-source.ts';
import { operationsOf } from './operations-of.ts';
import { Painter } from './painter.ts';
import { catchWarnings, takeScreen } from './screen-takeover.ts';

/** How often it looks for something new, milliseconds: drawing a frame takes some twenty, and nobody reads faster. */
const lookEveryMs = 250;

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
  const { stdin, stdout } = process;
  const source = await openSource(settings, broker, log);
  const stopCatching = catchWarnings(log.add);
  const screen = takeScreen(stdout, stdin);
  try {
    await new Promise<void>((quit, fail) => {
      const painter = new Painter(screen.terminal);
      const controller = new Controller({
        source,
        operations: operationsOf(settings, broker, source),
        lang: settings.lang,
        readOnly,
        now,
        size: () => ({ columns: stdout.columns, rows: stdout.rows }),
        // OSC 52: the terminal itself keeps it, also over ssh.
        copy: (text) => void stdout.write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`),
        onQuit: () => end(),
      });
      const ink = render(<App controller={controller} />, {
        stdout: painter as unknown as NodeJS.WriteStream,
        stdin,
        debug: true, // every frame as a whole: the painter finds out what has changed
        exitOnCtrlC: false,
        patchConsole: false,
      });
      ink.waitUntilExit().catch(fail); // nothing is drawn any more after an error in drawing
      const timer = setInterval(() => controller.tick(), lookEveryMs);
      const onResize = () => {
        painter.forget();
        controller.refresh();
      };
      stdout.on('resize', onResize);
      stdin.once('end', () => end());
      const end = () => {
        clearInterval(timer);
        stdout.off('resize', onResize);
        signal.removeEventListener('abort', end);
        ink.unmount();
        painter.stop();
        quit();
      };
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    });
  } finally {
    screen.giveBack();
    log.passOnTo(say);
    stopCatching();
    source.close();
  }
}
