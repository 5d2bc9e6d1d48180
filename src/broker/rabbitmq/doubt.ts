/** Milliseconds for which a no on a new channel is believed. */
const trustMs = 2_000;
/** Milliseconds that writing is held up at most, until all that is on the channel has landed. */
const holdMs = 2_000;
/** Milliseconds for which a no is believed after it did not land in that time. */
const restMs = 10_000;

/**
 * Whether the broker's no is believed. It says no where a queue is full. But where a queue of a cluster got another leader, a channel may go
 * on saying no for ever to what a new one takes. So now and then a no is followed by a new channel, once everything on the old one has
 * landed: on two channels at once messages would overtake each other. What is slow to land, because another queue is slow, does not hold
 * everybody up for long: then the channel stays, and is doubted again later.
 */
export class Doubt {
  readonly #elapsed: () => number;
  #believedUntil = 0;
  #since: number | undefined;

  /** @param elapsed a clock that never jumps, milliseconds */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** The channel is to be followed by another: nothing more is to be written to it. */
  get holds(): boolean {
    return this.#since !== undefined;
  }

  /** The channel is a new one. */
  renewed(): void {
    this.#since = undefined;
    this.#believedUntil = this.#elapsed() + trustMs;
  }

  /** The broker said no on it. */
  refused(): void {
    const now = this.#elapsed();
    if (now >= this.#believedUntil) this.#since ??= now;
  }

  /** Goes on with the old channel where what is on it has taken too long to land. Returns whether it does so from now on. */
  wearsOff(): boolean {
    const now = this.#elapsed();
    if (this.#since === undefined || now - this.#since < holdMs) return false;
    this.#since = undefined;
    this.#believedUntil = now + restMs;
    return true;
  }
}
