import { EventEmitter } from 'node:events';

/** The terminal as the painter needs it. */
export type Terminal = {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
};

const begin = '\x1b[?2026h';
const end = '\x1b[?2026l';

/**
 * What Ink draws on: takes whole frames, and writes only the lines that are not as they were, each at its own place. Ink's own way of
 * doing so counts from the last line and is off by one in 6.8. Frames that follow each other at once are painted as one.
 */
export class Painter extends EventEmitter {
  readonly isTTY = true;
  private frame = '';
  private painted: string[] = [];
  private waiting: NodeJS.Immediate | undefined;

  constructor(private readonly terminal: Terminal) {
    super();
  }

  get columns(): number {
    return this.terminal.columns;
  }

  get rows(): number {
    return this.terminal.rows;
  }

  /** A frame as Ink gives it. What is no frame, as where it hides the cursor, is none of ours. */
  readonly write = (frame: string, done?: () => void): boolean => {
    if (frame !== '' && !frame.startsWith('\x1b[?')) {
      this.frame = frame;
      this.waiting ??= setImmediate(this.paint);
    }
    done?.();
    return true;
  };

  /** Everything is painted anew, as after a change of size. */
  forget(): void {
    this.painted = [];
  }

  /** Nothing is painted any more. */
  stop(): void {
    clearImmediate(this.waiting);
    this.waiting = undefined;
  }

  private readonly paint = (): void => {
    this.waiting = undefined;
    const lines = this.frame.split('\n').slice(0, this.terminal.rows);
    const changed = Array.from({ length: Math.max(lines.length, this.painted.length) }, (_, i) => i).filter(
      (i) => lines[i] !== this.painted[i],
    );
    if (changed.length === 0) return;
    // Cleared first: after a line that is as wide as the terminal, clearing the rest would take its last sign away.
    const text = changed.map((i) => `\x1b[${i + 1};1H\x1b[2K${lines[i] ?? ''}`).join('');
    this.terminal.write(`${begin}${this.painted.length === 0 ? '\x1b[2J' : ''}${text}${end}`);
    this.painted = lines;
  };
}
