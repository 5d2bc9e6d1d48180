import type { LogLine } from './source.ts';

/** Lines kept. */
const most = 100;

/** What would have been printed, while a screen is in the way. The newest is first. */
export class Log {
  lines: readonly LogLine[] = [];
  private say: ((text: string) => void) | undefined;

  /** @param now epoch milliseconds */
  constructor(private readonly now: () => number) {}

  readonly add = (text: string): void => {
    this.lines = [{ at: this.now(), text }, ...this.lines].slice(0, most);
    this.say?.(text);
  };

  /** The screen is gone: what comes from now on is said. */
  passOnTo(say: (text: string) => void): void {
    this.say = say;
  }
}
