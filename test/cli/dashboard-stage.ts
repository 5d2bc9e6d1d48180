import { suite } from 'uvu';
import type { Running } from '../harness/baedal.ts';
import { closeTerminals, openTerminal, type Terminal, type TerminalSettings } from '../harness/terminal.ts';
import { type Stage, stage } from './platform-under-test.ts';

/** A platform, and terminals to look at it from. */
export type DashboardStage = Stage & {
  /** Runs `baedal ARGS` in a terminal, of 80×24 cells unless said otherwise. */
  show(args: readonly string[], settings?: TerminalSettings): Terminal;
};

/** Tests of the real program in a real terminal, on the broker of this address. What they start ends with each. */
export function dashboardSuite(name: string, broker: () => string = () => 'sqlite:') {
  const test = suite(name);
  const on = (
    title: string,
    body: (at: DashboardStage) => Promise<void>,
    options: { autoAccept?: boolean } = {},
  ): void =>
    test(title, async () => {
      const at = stage(broker(), options);
      const started: Running[] = [];
      const up = async (...args: string[]) => {
        const running = await at.up(...args);
        started.push(running);
        return running;
      };
      const show = (args: readonly string[], settings: TerminalSettings = {}) =>
        openTerminal(args, { columns: 80, rows: 24, ...settings, env: { ...at.env, ...settings.env } });
      try {
        await body({ ...at, up, show });
      } finally {
        await Promise.all([closeTerminals(), ...started.map((running) => running.kill('SIGKILL'))]);
        await at.cleanUp();
      }
    });
  return { test, on };
}

/** The lines of a screen between its head and its foot. */
export const bodyOf = (terminal: Terminal): string[] => terminal.screen().slice(3, -3);

/** The line with the keys that work now. */
export const keysOf = (terminal: Terminal): string => terminal.screen().at(-1) ?? '';

/** Matches the screen of this title with `what` on it. A row may have stood on the screen before it too, where keys do other things. */
export const onScreen = (title: string, what: RegExp): RegExp => new RegExp(`baedal ▸ ${title} [^]*${what.source}`);
