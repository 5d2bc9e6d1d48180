/** As many waiting messages are many. */
const manyWait = 64;
/** Batches whose outputs are not confirmed yet, at most, where many messages wait, and where few do: one travels while the next is made. */
const mostUnconfirmed = 8;
const fewUnconfirmed = 2;

/**
 * When the next batch may begin. Where few messages wait, two batches at most are unconfirmed at a time, and one is not begun sooner than a
 * gap after the last: a steady stream of few would else travel in ever smaller parcels, each with its own commit and confirm. The first
 * is Nagle's rule for small packets (RFC 896), but for one more on its way. A message that comes after a pause never waits.
 */
export class Gathering {
  private begunAt = Number.NEGATIVE_INFINITY;

  /**
   * @param gapMs milliseconds from the beginning of one batch to that of the next, at least, where few messages wait
   * @param elapsed a clock that never jumps, milliseconds
   */
  constructor(
    private readonly gapMs: number,
    private readonly elapsed: () => number,
  ) {}

  /** A batch begins now. */
  begin(): void {
    this.begunAt = this.elapsed();
  }

  /** Milliseconds until a batch may begin, 0: at once; undefined: not before another one is confirmed. */
  waitMs(waiting: number, unconfirmed: number): number | undefined {
    const many = waiting >= manyWait;
    if (unconfirmed >= (many ? mostUnconfirmed : fewUnconfirmed)) return undefined;
    return many ? 0 : Math.max(0, this.begunAt + this.gapMs - this.elapsed());
  }
}
