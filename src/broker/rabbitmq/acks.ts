import type { Channel, Message } from 'amqplib';

/** Milliseconds that finished deliveries wait for others, to be acked together. */
const readyMs = 10;
/** Milliseconds that they wait behind an older one in hand before they are acked one by one. */
const stuckMs = 250;

/**
 * Acks the deliveries of one channel, as few times as it can, since each ack is an entry in the log of a quorum queue: all up to the last of
 * an unbroken run of finished ones. An ack on a later channel would be taken for another delivery with the same tag; so a book dies with its channel.
 */
export class AckBook {
  readonly #channel: Channel;
  readonly #isAlive: () => boolean;
  readonly #mostStuck: number;
  /** The lowest delivery tag still in hand. */
  #next = 1;
  /** The highest finished tag below `#next` that was not acked yet; 0: none. */
  #ready = 0;
  /** Finished and not acked, above `#next`. */
  readonly #stuck = new Set<number>();
  /** Acked or given back one by one, above `#next`. */
  readonly #acked = new Set<number>();
  #readyTimer: NodeJS.Timeout | undefined;
  #stuckTimer: NodeJS.Timeout | undefined;

  /** @param prefetch how many the broker gives without an ack: a quarter of them waits behind an older one, at most */
  constructor(channel: Channel, isAlive: () => boolean, prefetch: number) {
    this.#channel = channel;
    this.#isAlive = isAlive;
    this.#mostStuck = prefetch / 4;
  }

  /** This delivery is out of hand. Says so to the broker a little later. A second time, or once the channel is lost: nothing. */
  finish(tag: number): void {
    if (!this.#isInHand(tag)) return;
    if (tag === this.#next) {
      this.#next++;
      this.#ready = tag;
      if (this.#stuck.size + this.#acked.size > 0) this.#advance();
    } else {
      this.#stuck.add(tag);
    }
    this.#willFlush();
  }

  /**
   * Back to its queue, at once, so that another process can have it. Rejected, not nacked: only that counts as a delivery everywhere.
   * Not if it is finished already.
   */
  giveBack(tag: number): void {
    if (!this.#isInHand(tag)) return;
    this.#acked.add(tag);
    this.#advance();
    this.#willFlush(); // what was stuck behind it may be ready now
    try {
      this.#channel.reject({ fields: { deliveryTag: tag } } as Message, true);
    } catch {
      // The channel is closing, and that gives it back too.
    }
  }

  /** Tells the broker everything that is finished, now. */
  flush(): void {
    this.#flushReady();
    this.#flushStuck();
  }

  #isInHand(tag: number): boolean {
    return tag >= this.#next && !this.#stuck.has(tag) && !this.#acked.has(tag) && this.#isAlive();
  }

  #advance(): void {
    for (; ; this.#next++) {
      if (this.#stuck.delete(this.#next)) this.#ready = this.#next;
      else if (!this.#acked.delete(this.#next)) return;
    }
  }

  #willFlush(): void {
    if (this.#ready > 0) this.#readyTimer ??= setTimeout(this.#flushReady, readyMs);
    if (this.#stuck.size > this.#mostStuck) this.#flushStuck();
    else if (this.#stuck.size > 0) this.#stuckTimer ??= setTimeout(this.#flushStuck, stuckMs);
  }

  readonly #flushReady = (): void => {
    clearTimeout(this.#readyTimer);
    this.#readyTimer = undefined;
    const tag = this.#ready;
    if (tag === 0) return;
    this.#ready = 0;
    // A tag must still be in hand for the broker; so this one is never one that was acked by itself.
    this.#ack(tag, true);
  };

  readonly #flushStuck = (): void => {
    clearTimeout(this.#stuckTimer);
    this.#stuckTimer = undefined;
    for (const tag of this.#stuck) {
      this.#ack(tag, false);
      this.#acked.add(tag);
    }
    this.#stuck.clear();
  };

  #ack(deliveryTag: number, allUpTo: boolean): void {
    if (!this.#isAlive()) return;
    try {
      this.#channel.ack({ fields: { deliveryTag } } as Message, allUpTo);
    } catch {
      // The channel is closing: what is unacked comes again.
    }
  }
}
