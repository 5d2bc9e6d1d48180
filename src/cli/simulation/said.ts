import { say } from '../print.ts';

/** Lines that are kept to be looked at. */
const kept = 100;
/** Lines that are printed in one second; of more only how many there were. */
const mostASecond = 5;

/** What the platform says while it is watched: printed, but where there is a screen that shows it. */
export class Said {
  readonly lines: string[] = [];
  /** Whether somebody shows the lines. */
  shown = false;
  #second = 0;
  #printed = 0;
  #left = 0;

  readonly say = (line: string): void => {
    this.lines.push(line);
    if (this.lines.length > kept) this.lines.shift();
    if (this.shown) return;
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) {
      if (this.#left > 0) say(`… and ${this.#left} lines more.`);
      this.#second = second;
      this.#printed = 0;
      this.#left = 0;
    }
    if (++this.#printed <= mostASecond) say(line);
    else this.#left++;
  };
}
