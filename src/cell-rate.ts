/** `everyMs`: milliseconds from one to the next, in the long run. `burst`: how many may follow each other at once after a pause, default 1. */
export type Rate = { everyMs: number; burst?: number };

/**
 * How often something may happen, by the generic cell rate algorithm (ITU-T I.371, virtual scheduling): the same as a token bucket of `burst`
 * tokens, one more every `everyMs`, and one number instead of a count and a time.
 */
export class CellRate {
  /** When the next one would come, if they came evenly. */
  private dueAt = Number.NEGATIVE_INFINITY;
  private readonly everyMs: number;
  private readonly burst: number;

  /** @param elapsed a clock that never jumps, milliseconds */
  constructor(
    { everyMs, burst = 1 }: Rate,
    private readonly elapsed: () => number,
  ) {
    this.everyMs = everyMs;
    this.burst = burst;
  }

  /** Milliseconds until it may happen; 0: now. */
  waitMs(): number {
    return Math.max(0, this.dueAt - (this.burst - 1) * this.everyMs - this.elapsed());
  }

  /** It happens. Where that is too soon, the next one waits for no longer than `everyMs` all the same. */
  take(): void {
    const now = this.elapsed();
    this.dueAt = Math.min(Math.max(this.dueAt, now) + this.everyMs, now + this.burst * this.everyMs);
  }
}
