import { CellRate, type Rate } from '../../cell-rate.ts';

/** As many waiting messages are many. */
const manyWait = 64;
/** Batches whose outputs are not confirmed yet, at most, where many messages wait, and where few do: one travels while the next is made. */
export const mostUnconfirmed = 8;
const fewUnconfirmed = 2;

/**
 * How often a batch may begin where few messages wait. `only: 'answers'`: one in which there is anything but answers of partners, which come
 * one by one, and what waited behind them, begins at once all the same, and takes along what waits.
 */
export type Gap = Rate & { only?: 'answers' };

/**
 * When the next batch may begin. Where few messages wait, two batches at most are unconfirmed at a time, and one is not begun sooner than the
 * gap allows: a steady stream of few would else travel in ever smaller parcels, each with its own commit and confirm. The first
 * is Nagle's rule for small packets (RFC 896), but for one more on its way. A message that comes after a pause never waits.
 */
export class Gathering {
  private readonly rate: CellRate;
  private hurried = false;

  /** @param elapsed a clock that never jumps, milliseconds */
  constructor(
    private readonly gap: Gap,
    elapsed: () => number,
  ) {
    this.rate = new CellRate(gap, elapsed);
  }

  /** A batch begins now. */
  begin(): void {
    this.rate.take();
    this.hurried = false;
  }

  /** The next batch does not wait for the gap. */
  hurry(): void {
    this.hurried = true;
  }

  /**
   * Milliseconds until a batch may begin, 0: at once; undefined: not before another one is confirmed.
   * @param waiting how many messages, and how many of them are no answers
   */
  waitMs({ size, fresh }: { size: number; fresh: number }, unconfirmed: number): number | undefined {
    const many = size >= manyWait;
    if (unconfirmed >= (many ? mostUnconfirmed : fewUnconfirmed)) return undefined;
    const waits = !many && !this.hurried && !(fresh > 0 && this.gap.only === 'answers');
    return waits ? this.rate.waitMs() : 0;
  }
}
