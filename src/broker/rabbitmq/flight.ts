/** Parcels on their way without a confirm, and the bytes in them, at most. The last one may overshoot by its own size. */
const mostParcels = 4_096;
const mostBytes = 8 * 1024 * 1024;

/** What is on its way without a confirm: bounded, because what a slow broker has not stored fills memory, its own and ours. */
export class Flight {
  #parcels = 0;
  #bytes = 0;

  /** No more may take off before something has landed. */
  get isFull(): boolean {
    return this.#parcels >= mostParcels || this.#bytes >= mostBytes;
  }

  get isEmpty(): boolean {
    return this.#parcels === 0;
  }

  takeOff(bytes: number): void {
    this.#parcels++;
    this.#bytes += bytes;
  }

  land(bytes: number): void {
    this.#parcels--;
    this.#bytes -= bytes;
  }

  /** Nothing is on its way: the channel is a new one. */
  clear(): void {
    this.#parcels = 0;
    this.#bytes = 0;
  }
}
