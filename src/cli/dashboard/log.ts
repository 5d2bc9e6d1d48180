import type { LogLine } from './source.ts';

/** Lines kept. */
const most = 100;

/** What would have been printed, while a screen is in the way. The newest is first. */
export class Log {
  lines: readonly LogLine[] = [];

  /** @param now epoch milliseconds */
  constructor(private readonly now: () => number) {}

  readonly add = (text: string): void => {
    this.lines = [{ at: this.now(), text }, ...this.lines].slice(0, most);
  };
}
