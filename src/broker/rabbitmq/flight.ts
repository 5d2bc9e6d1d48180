/** Parcels on their way without a confirm, and the bytes in them, at most. The last one may overshoot by its own size. */
const mostParcels = 4_096;
const mostBytes = 8 * 1024 * 1024;

/** `movedAt`: when it came, or something of it took off or landed last. `over`: nobody waits for it any more. */
type Passage = { inAir: number; movedAt: number; over: boolean };

/**
 * What is on its way without a confirm: bounded, because what a slow broker has not stored fills memory, its own and ours. It is minded
 * until it has landed, whether or not somebody still waits for it; a confirm that never comes would take its room for good.
 * @typeParam C one call, of which several parcels may be under way
 */
export class Flight<C extends object> {
  readonly #elapsed: () => number;
  #parcels = 0;
  #bytes = 0;
  /** In the order in which they came, and so take off. */
  readonly #passages = new Map<C, Passage>();
  /** Since when the oldest one is the oldest. */
  #oldestSince = 0;

  /** @param elapsed a clock that never jumps, milliseconds */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** No more may take off before something has landed. */
  get isFull(): boolean {
    return this.#parcels >= mostParcels || this.#bytes >= mostBytes;
  }

  get isEmpty(): boolean {
    return this.#parcels === 0;
  }

  /**
   * Since when the oldest call has not got on, whether it is on its way or waits for room. Those behind it may well get on meanwhile: they
   * go to other queues.
   */
  get stuckSince(): number | undefined {
    const [oldest] = this.#passages.values();
    return oldest && Math.max(oldest.movedAt, this.#oldestSince);
  }

  /** Minds this call from now on, before anything of it takes off. */
  expect(call: C): void {
    this.#passages.set(call, { inAir: 0, movedAt: this.#elapsed(), over: false });
  }

  takeOff(call: C, bytes: number): void {
    this.#move(call, 1);
    this.#parcels++;
    this.#bytes += bytes;
  }

  land(call: C, bytes: number): void {
    this.#move(call, -1);
    this.#parcels--;
    this.#bytes -= bytes;
  }

  /** Nothing more of this call takes off. */
  end(call: C): void {
    const passage = this.#passages.get(call);
    if (!passage) return;
    passage.over = true;
    if (passage.inAir === 0) this.#forget(call);
  }

  /** Nothing is on its way: the channel is a new one. */
  clear(): void {
    this.#parcels = 0;
    this.#bytes = 0;
    for (const [call, passage] of this.#passages) {
      passage.inAir = 0;
      if (passage.over) this.#forget(call);
    }
  }

  #move(call: C, by: 1 | -1): void {
    const passage = this.#passages.get(call);
    if (!passage) return;
    passage.inAir += by;
    passage.movedAt = this.#elapsed();
    if (passage.over && passage.inAir === 0) this.#forget(call);
  }

  #forget(call: C): void {
    const [oldest] = this.#passages.keys();
    this.#passages.delete(call);
    if (call === oldest) this.#oldestSince = this.#elapsed();
  }
}
