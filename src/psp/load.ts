import type { Knobs } from './knobs.ts';

/** What becomes of a request: `hung` is done late and never answered, `lost` is done and its answer lost, `failed` is not done. */
export type Fate = 'answered' | 'failed' | 'hung' | 'lost';

/** How many requests are in hand, how long each takes, and what becomes of it. */
export class Load {
  inHand = 0;

  constructor(
    private readonly knobs: () => Knobs,
    private readonly random: () => number,
  ) {}

  /**
   * Takes a request in hand, until `leave`. Nothing comes back where there are too many already.
   * @param writes only what changes something can be lost
   */
  enter(writes: boolean): { fate: Fate; latencyMs: number } | undefined {
    const { capacity, latencyMs, failRate, hangRate, loseRate } = this.knobs();
    if (capacity !== null && this.inHand >= 2 * capacity) return undefined;
    this.inHand += 1;
    const [least, most] = latencyMs;
    const slower = capacity === null ? 1 : Math.max(1, this.inHand / capacity);
    const drawnMs = (least + this.random() * (most - least)) * slower;
    const [fails, hangs, loses] = [failRate, hangRate, loseRate].map((rate) => this.random() < rate);
    const fate = fails ? 'failed' : hangs ? 'hung' : loses && writes ? 'lost' : 'answered';
    return { fate, latencyMs: drawnMs };
  }

  leave(): void {
    this.inHand -= 1;
  }
}
