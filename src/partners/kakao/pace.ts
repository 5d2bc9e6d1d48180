import { setTimeout as sleep } from 'node:timers/promises';

/** Lets requests through one after the other, so many a second at most. Who comes too early waits; nobody is refused. */
export class Pace {
  /** When the next one may go, by the clock that never jumps. */
  private next = 0;
  /** Until when nobody goes, by the same clock. */
  private heldUntil = 0;

  /** @param elapsed a clock that never jumps, milliseconds */
  constructor(
    private readonly perSecond: number,
    private readonly elapsed: () => number,
  ) {}

  /** Waits for a turn. @throws the signal's reason */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const at = Math.max(this.next, this.elapsed());
    this.next = at + 1_000 / this.perSecond;
    const waitMs = at - this.elapsed();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
  }

  /** Nobody else goes for this long, milliseconds. */
  holdFor(ms: number): void {
    this.heldUntil = Math.max(this.heldUntil, this.elapsed() + ms);
    this.next = Math.max(this.next, this.heldUntil);
  }

  /** For how much longer nobody goes, milliseconds. */
  get heldMs(): number {
    return Math.max(0, this.heldUntil - this.elapsed());
  }
}
