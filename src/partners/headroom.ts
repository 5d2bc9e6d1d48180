import { PspOverloaded } from './psp-errors.ts';

/** An overloaded service has as much in hand as it takes. */
export class NoRoom extends Error {
  /** @param forMs milliseconds until more may be asked of it */
  constructor(readonly forMs: number) {
    super(`The payment provider has as much in hand as it takes, for ${forMs} ms.`);
  }
}

/** How much more is asked of it after each time that it had no reason to complain. */
const growth = 1.5;

/**
 * How much an overloaded service is asked for: when it turns a request away, no more than it had in hand then, until the time that it asked
 * for has passed, and then step by step more. So it goes on working at its limit, and those beyond it are turned away here, where that costs
 * nothing. What TCP does with its congestion window, with the service's own Retry-After as the round trip.
 */
export class Headroom {
  private inHand = 0;
  private room = Number.POSITIVE_INFINITY;
  private stepMs = 0;
  private until = 0;
  private began: PspOverloaded | undefined;

  /** @param elapsed a clock that never jumps, milliseconds */
  constructor(private readonly elapsed: () => number) {}

  /** Why nothing more is asked of it just now; undefined where something may be. */
  full(): NoRoom | undefined {
    this.grow();
    return this.inHand >= this.room ? new NoRoom(Math.ceil(this.until - this.elapsed())) : undefined;
  }

  /** @throws {NoRoom} or what `ask` throws */
  async within<T>(ask: () => Promise<T>): Promise<T> {
    const full = this.full();
    if (full) throw full;
    this.inHand++;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof PspOverloaded) this.shrink(error);
      throw error;
    } finally {
      this.inHand--;
    }
  }

  /** Whether an overload began with this answer. It lasts until the service takes all that it is asked for again. */
  isNews(error: PspOverloaded): boolean {
    return error === this.began;
  }

  /** The one that was turned away is still counted as in hand. */
  private shrink(error: PspOverloaded): void {
    const { retryAfterMs } = error;
    if (this.room === Number.POSITIVE_INFINITY) this.began = error;
    this.room = Math.max(1, Math.min(this.room, this.inHand - 1));
    this.stepMs = retryAfterMs;
    this.until = this.elapsed() + retryAfterMs;
  }

  private grow(): void {
    if (this.room === Number.POSITIVE_INFINITY || this.elapsed() < this.until) return;
    // More room than was used twice over says nothing any more.
    this.room = this.inHand * 2 < this.room ? Number.POSITIVE_INFINITY : Math.ceil(this.room * growth);
    this.until = this.elapsed() + this.stepMs;
  }
}
