import { reasonOf } from '../../errors.ts';

const enter = '\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H';
const leave = '\x1b[?25h\x1b[?1049l';

/** Takes the terminal for itself, and gives it back as it was, however the process ends but by a kill. */
export function takeScreen(stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): { giveBack(): void } {
  let taken = true;
  const giveBack = () => {
    if (!taken) return;
    taken = false;
    process.off('exit', giveBack);
    process.off('uncaughtExceptionMonitor', giveBack);
    try {
      if (stdin.isTTY) stdin.setRawMode(false);
      stdout.write(leave);
    } catch (error) {
      process.emitWarning(`The terminal could not be given back: ${reasonOf(error)}`); // as where its window was closed
    }
  };
  process.once('exit', giveBack);
  // Before the error is printed, which would be lost with the screen that it is printed on.
  process.once('uncaughtExceptionMonitor', giveBack);
  stdout.write(enter);
  return { giveBack };
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
