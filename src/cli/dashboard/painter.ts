import { EventEmitter } from 'node:events';

/** The terminal as the painter needs it. */
export type Terminal = {
  readonly columns: number;
  readonly rows: number;
  /** Whether it has not taken yet what was written. */
  readonly busy: boolean;
  write(text: string): unknown;
  /** Calls `paint` once it has. */
  onceReady(paint: () => void): unknown;
};

const begin = '\x1b[?2026h';
const end = '\x1b[?2026l';

/**
 * What Ink draws on: takes whole frames, and writes only the lines that are not as they were, each at its own place. Ink's own way of
 * doing so counts from the last line and is off by one in 6.8. Frames that follow each other at once are painted as one, and so are those
 * that come while the terminal is busy.
 */
export class Painter extends EventEmitter {
  readonly isTTY = true;
  private frame = '';
  private painted: string[] = [];
  private waiting: NodeJS.Immediate | undefined;
  private awaiting = false;
  private stopped = false;

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
    this.stopped = true;
    clearImmediate(this.waiting);
    this.waiting = undefined;
  }

  private readonly paint = (): void => {
    this.waiting = undefined;
    if (this.stopped || this.awaiting) return;
    if (this.terminal.busy) {
      this.awaiting = true;
      this.terminal.onceReady(() => {
        this.awaiting = false;
        this.paint();
      });
      return;
    }
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
