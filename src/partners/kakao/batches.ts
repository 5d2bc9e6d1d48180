export type Waiting<T, R> = { item: T; resolve(result: R): void; reject(error: unknown): void };

export type BatchesOptions<T, R> = {
  /** Settles each of what it is given; what it leaves open when it throws fails with that. */
  send(batch: readonly Waiting<T, R>[]): Promise<void>;
  /** Waits until one more batch may go. @param waiting who waits for that; when it throws, they fail with that */
  ready(waiting: readonly Waiting<T, R>[]): Promise<void>;
  /** Items in a batch, and batches out at once, at most. */
  most: number;
  atOnce: number;
};

/** Sends things together: a batch is whatever waited while those before it were out; a timer never makes it wait. */
export class Batches<T, R> {
  private readonly waiting: Waiting<T, R>[] = [];
  private out = 0;
  private scheduled = false;

  constructor(private readonly options: BatchesOptions<T, R>) {}

  put(item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /** What is put in the same turn of the event loop goes together. */
  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.out >= this.options.atOnce) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.sendNext();
    });
  }

  private async sendNext(): Promise<void> {
    const { send, ready, most } = this.options;
    this.out++;
    let batch: Waiting<T, R>[] = [];
    try {
      await ready(this.waiting);
      batch = this.waiting.splice(0, most);
      this.schedule();
      if (batch.length > 0) await send(batch);
    } catch (error) {
      if (batch.length === 0) batch = this.waiting.splice(0, most); // who may not go any more waits for nothing
      for (const { reject } of batch) reject(error);
    } finally {
      this.out--;
      this.schedule();
    }
  }
}
