import { render } from 'ink';
import type { ReactNode } from 'react';
import { Painter } from './painter.ts';
import { catchWarnings, takeScreen } from './screen-takeover.ts';
import type { Size } from './shown.ts';

/** How often it looks for something new, milliseconds: drawing a frame takes some twenty, and nobody reads faster. */
const lookEveryMs = 250;

/** The terminal, while it is taken. */
export type Canvas = {
  size(): Size;
  /** Tells the terminal itself something, beside what is drawn. */
  write(text: string): void;
  /** Gives it back. */
  end(): void;
};

/** What is drawn on it. */
export type Drawing = {
  node: ReactNode;
  /** Looks whether there is something new, a few times a second. */
  tick(): void;
  /** Draws anew, as after a change of size. */
  refresh(): void;
  /** Nobody sits there any more: the window is closed. It ends by itself then. */
  onHangUp?(): void;
};

export type ScreenOptions = {
  draw(canvas: Canvas): Drawing;
  /** Told what the process would print beside the screen. */
  onWarning(text: string): void;
  /** Ends it. */
  signal: AbortSignal;
};

/** Fills the terminal until what is drawn ends it, or `signal` comes. The terminal is as it was afterwards. */
export async function runScreen({ draw, onWarning, signal }: ScreenOptions): Promise<void> {
  const { stdin, stdout } = process;
  const stopCatching = catchWarnings(onWarning);
  const screen = takeScreen(stdout, stdin);
  try {
    await new Promise<void>((quit, fail) => {
      const painter = new Painter(screen.terminal);
      const drawing = draw({
        size: () => ({ columns: stdout.columns, rows: stdout.rows }),
        write: (text) => void stdout.write(text),
        end: () => end(),
      });
      const ink = render(drawing.node, {
        stdout: painter as unknown as NodeJS.WriteStream,
        stdin,
        debug: true, // every frame as a whole: the painter finds out what has changed
        exitOnCtrlC: false,
        patchConsole: false,
      });
      ink.waitUntilExit().catch((error: unknown) => {
        fail(error); // nothing is drawn any more after an error in drawing
        end();
      });
      const timer = setInterval(() => drawing.tick(), lookEveryMs);
      const onResize = () => {
        painter.forget();
        drawing.refresh();
      };
      stdout.on('resize', onResize);
      stdin.once('end', () => {
        drawing.onHangUp?.();
        end();
      });
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
    stopCatching();
  }
}
