/**
 * Decides whatever is open, from a list of numbers; when they are used up, everything goes as it should: the first of the choices, and
 * nothing unlikely. So a shorter list is a plainer story, which is what a counter-example is shrunk to.
 */
export class Fate {
  private next = 0;

  constructor(private readonly numbers: readonly number[]) {}

  /** One of `count` choices, counted from 0. */
  pick(count: number): number {
    return (this.numbers[this.next++] ?? 0) % count;
  }

  /** Whether something happens that happens `percent` times in a hundred. */
  happens(percent: number): boolean {
    return this.pick(100) >= 100 - percent;
  }
}
