import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** The longest time in hand that is told apart, microseconds: an hour. */
const longestUs = 3_600_000_000;

/** What was taken from the queue and is not acked yet: how much that is, and how long each was. */
export class InHand {
  /** Of those that were ended: taken to acked, microseconds. */
  readonly latency: RecordableHistogram = createHistogram({ lowest: 1, highest: longestUs, figures: 3 });
  #count = 0;
  #onNone: (() => void) | undefined;

  /** @param elapsed a clock that never jumps, milliseconds */
  constructor(private readonly elapsed: () => number) {}

  get count(): number {
    return this.#count;
  }

  /** One more is taken. @returns when, for `end` */
  take(): number {
    this.#count++;
    return this.elapsed();
  }

  /** One is acked. */
  end(takenAt: number): void {
    const us = Math.round((this.elapsed() - takenAt) * 1_000);
    this.latency.record(Math.min(Math.max(us, 1), longestUs));
    this.drop(1);
  }

  /** So many will never be. */
  drop(count: number): void {
    this.#count -= count;
    if (this.#count === 0) this.#onNone?.();
  }

  /** @returns whether there was a moment with none within so many milliseconds */
  async none(withinMs: number): Promise<boolean> {
    if (this.#count === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const inTime = await Promise.race([
      new Promise<boolean>((resolve) => (this.#onNone = () => resolve(true))),
      new Promise<boolean>((resolve) => (timer = setTimeout(resolve, withinMs, false))),
    ]);
    clearTimeout(timer);
    return inTime;
  }
}
