import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import { type Line, textOf } from './terminal/cells.ts';
import { openEmulator, withoutReports } from './terminal/emulator.ts';
import { terminalEnvironment } from './terminal/environment.ts';
import { pauseAfter, strokesOf } from './terminal/keys.ts';
import { type Modes, modesOf } from './terminal/modes.ts';
import { ttySettings } from './terminal/tty-settings.js';
import { waiting } from './terminal/waiting.ts';

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export type TerminalSettings = {
  /** Cells, default 100. */
  columns?: number;
  /** Lines, default 30. */
  rows?: number;
  /** Laid over a bare environment of an English terminal with 256 colours, not over ours: that of a test run asks for no colours. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** What to run before ARGS, default the launcher of baedal. */
  command?: readonly [string, ...string[]];
  /** Milliseconds until it is killed, default 90_000. */
  timeoutMs?: number;
};

/** How the program ended. `code` is null where a signal ended it. */
export type TerminalEnd = { code: number | null; signal: NodeJS.Signals | null };

/** A program in a terminal, and what one can see of it and do to it. */
export type Terminal = {
  /** The lines as a person sees them now, trimmed at the right. */
  readonly screen: () => string[];
  readonly text: () => string;
  /** The same with colours, columns and widths, see {@link Line}. */
  readonly lines: () => readonly Line[];
  /** What is on the normal screen, scrolled away or not, also while the alternate one is shown. */
  readonly normalScreen: () => string[];
  /** Everything that the program wrote so far. */
  readonly raw: () => string;
  /** Tells `listener` what the program writes, as it comes; what the host reports of it may be in between. Returns how to stop that. */
  readonly onOutput: (listener: (text: string) => void) => () => void;
  /** The program's process.
   * @throws {Error} it has not started */
  readonly pid: () => number;
  readonly modes: () => Modes;
  /** Resolves to the screen's text once it shows `what`.
   * @param withinMs milliseconds to wait, default 20_000
   * @throws {Error} it did not, or the program ended without; the message has the whole screen */
  readonly waitFor: (what: string | RegExp, withinMs?: number) => Promise<string>;
  /** Likewise, once it shows `what` no longer. */
  readonly waitForNo: (what: string | RegExp, withinMs?: number) => Promise<string>;
  /** Presses keys one after the other: Enter, Escape, Up, Down, Left, Right, Home, End, PageUp, PageDown, Tab, Shift-Tab, Backspace,
   * Delete, Space, Ctrl-A to Ctrl-Z; anything else is typed as it is. After Escape, wait for what it does before typing on. */
  readonly press: (...keys: string[]) => Promise<void>;
  readonly resize: (columns: number, rows: number) => void;
  /** Sends a signal to the program alone. */
  readonly signal: (signal: NodeJS.Signals) => Promise<void>;
  readonly ended: Promise<TerminalEnd>;
  /** Kills the program if it still runs, and waits for its end. */
  readonly close: () => Promise<void>;
};

const open = new Set<Terminal>();

/** Closes every terminal that is still open: for `test.after`, since an open one keeps the process alive. */
export const closeTerminals = async (): Promise<void> => {
  await Promise.all([...open].map((terminal) => terminal.close()));
};

/** Starts `baedal ARGS` in a terminal of its own. It ends with this process at the latest. */
export function openTerminal(args: readonly string[], settings: TerminalSettings = {}): Terminal {
  const { columns = 100, rows = 30, cwd = process.cwd(), timeoutMs = 90_000 } = settings;
  const [command, ...first] = settings.command ?? [process.execPath, pathOf('../../bin/baedal.js')];
  const env = terminalEnvironment(settings.env ?? {});
  // Its types leave the descriptor out.
  const pty = spawn(process.execPath, [pathOf('terminal/host.js'), command, ...first, ...args], {
    ...{ cols: columns, rows, cwd, env },
    name: env['TERM']!,
  }) as IPty & { fd: number };

  let raw = '';
  let program: { pid: number; settings: string } | undefined;
  let end: (TerminalEnd & { settings?: string }) | undefined;
  const onReport = (report: string) => {
    const told = JSON.parse(report);
    if ('pid' in told) program = told;
    else end = told;
    if (end) killGroup(pty.pid); // the host has said all
  };
  const emulator = openEmulator({ columns, rows }, (text) => pty.write(text), onReport);
  const screen = () => emulator.screen().map(({ text }) => text);
  const text = () => textOf(emulator.screen());
  const { until, changed } = waiting(screen, () => end !== undefined);

  // One chunk at a time, so that whoever waited sees the screen as it was when the waiting ended.
  let written = Promise.resolve();
  const listeners = new Set<(text: string) => void>();
  pty.onData((chunk) => {
    raw += chunk;
    for (const listener of listeners) listener(chunk);
    written = written.then(() => emulator.write(chunk)).then(changed);
  });
  const kill = () => killGroup(pty.pid);
  process.once('exit', kill);
  const timer = setTimeout(kill, timeoutMs).unref();
  const ended = new Promise<TerminalEnd>((resolve) => {
    pty.onExit(async ({ exitCode, signal }) => {
      clearTimeout(timer);
      process.off('exit', kill);
      open.delete(terminal);
      await written;
      end ??= signal ? { code: null, signal: signalNamed(signal) } : { code: exitCode, signal: null };
      changed();
      resolve({ code: end.code, signal: end.signal });
    });
  });

  const terminal: Terminal = {
    screen,
    text,
    lines: emulator.screen,
    normalScreen: () => emulator.normalScreen().map(({ text }) => text),
    raw: () => withoutReports(raw),
    onOutput: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pid: () => {
      if (!program) throw new Error('The program has not started.');
      return program.pid;
    },
    modes: () => {
      const now = end ? end.settings : ttySettings(pty.fd);
      if (now === undefined) throw new Error('The terminal went together with the program: nothing is known of it.');
      return modesOf(emulator.switches(), now, program?.settings);
    },
    waitFor: (what, withinMs = 20_000) =>
      until(() => (has(text(), what) ? text() : undefined), `does not show ${what}`, withinMs),
    waitForNo: (what, withinMs = 20_000) =>
      until(() => (has(text(), what) ? undefined : text()), `still shows ${what}`, withinMs),
    press: async (...keys) => {
      for (const stroke of strokesOf(keys)) {
        pty.write(stroke);
        await sleep(pauseAfter(stroke));
      }
    },
    resize: (columns, rows) => {
      emulator.resize(columns, rows);
      pty.resize(columns, rows);
    },
    signal: async (signal) => {
      await until(() => (program ? '' : undefined), 'shows no program that has started', 20_000);
      try {
        if (!end) process.kill(program!.pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    },
    ended,
    close: async () => {
      if (open.has(terminal)) kill();
      await ended;
    },
  };
  open.add(terminal);
  return terminal;
}

const has = (text: string, what: string | RegExp) =>
  typeof what === 'string' ? text.includes(what) : text.search(what) >= 0;

const signalNamed = (number: number) =>
  (Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? 'SIGKILL') as NodeJS.Signals;

/** Ends the host and all that it has started. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
