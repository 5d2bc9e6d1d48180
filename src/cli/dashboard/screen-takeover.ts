import type { Terminal } from './painter.ts';

const enter = '\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H';
const leave = '\x1b[?25h\x1b[?1049l';

export type Taken = {
  /** Where to paint. It never waits for whoever reads it. */
  terminal: Terminal;
  /** Safe to call twice. */
  giveBack(): void;
};

/**
 * Takes the terminal for itself, and gives it back as it was, however the process ends but by a kill. Meanwhile nobody waits for it: Node
 * writes to a terminal until it has taken everything, and one that is not read, as over a line that hangs, would stop all that this thread does.
 */
export function takeScreen(stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): Taken {
  let taken = true;
  const giveBack = () => {
    if (!taken) return;
    taken = false;
    process.off('exit', giveBack);
    process.off('uncaughtExceptionMonitor', giveBack);
    if (stdin.isTTY) stdin.setRawMode(false);
    if (stdout.writableNeedDrain) return; // nobody reads it, and nobody sees it
    waitFor(stdout, true);
    stdout.write(leave);
  };
  process.once('exit', giveBack);
  // Before the error is printed, which would be lost with the screen that it is printed on.
  process.once('uncaughtExceptionMonitor', giveBack);
  stdout.write(enter);
  waitFor(stdout, false);
  return {
    terminal: {
      get columns() {
        return stdout.columns;
      },
      get rows() {
        return stdout.rows;
      },
      get busy() {
        return stdout.writableNeedDrain;
      },
      write: (text) => stdout.write(text),
      onceReady: (paint) => stdout.once('drain', paint),
    },
    giveBack,
  };
}

/** Whether writing waits until the terminal has taken it. Node has no public way to say so. */
function waitFor(stdout: NodeJS.WriteStream, blocking: boolean): void {
  const { _handle: handle } = stdout as { _handle?: { setBlocking?(blocking: boolean): void } };
  handle?.setBlocking?.(blocking);
}

/** Keeps what the process would print beside the screen, and tells it to `say` instead. @returns how to undo it */
export function catchWarnings(say: (text: string) => void): () => void {
  const before = process.listeners('warning');
  process.removeAllListeners('warning');
  const onWarning = (warning: Error) => say(warning.message);
  process.on('warning', onWarning);
  return () => {
    process.off('warning', onWarning);
    for (const listener of before) process.on('warning', listener as (warning: Error) => void);
  };
}
