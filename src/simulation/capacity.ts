import type { ProviderKnobs } from './script.ts';
import type { Charges } from './stage.ts';

/** Requests a millisecond that a provider does at full speed; none is known where it has no limit. */
export const capacityPerMs = ({ capacity, latency: [least, most] = [0, 0] }: ProviderKnobs): number =>
  capacity == null ? Number.NaN : capacity / ((least + most) / 2);

/** What a provider could do in a stretch of time, summed up: how much it can do may change in the middle. */
export class Capacity {
  #requests = 0;
  #sinceMs = 0;

  /** @param perMs what it can do at first, requests a millisecond */
  constructor(private perMs: number) {}

  /** Begins to sum up. */
  begin(atMs: number): void {
    this.#requests = 0;
    this.#sinceMs = atMs;
  }

  /** From now on it can do so much. */
  become(perMs: number, atMs: number): void {
    this.#requests = this.soFar(atMs);
    this.#sinceMs = atMs;
    this.perMs = perMs;
  }

  /** Requests that it could have done since the beginning; where that is not known of a part of the time, it is not of the whole. */
  soFar(atMs: number): number {
    return this.#requests + this.perMs * (atMs - this.#sinceMs);
  }
}

/**
 * Looks what the provider does from now on.
 * @returns asked at the end: how much of what it can do that is, where both are known
 */
export async function countUse(
  capacity: Capacity,
  charges: () => Promise<Charges>,
  elapsedMs: () => number,
): Promise<() => Promise<{ capacityUsed?: number }>> {
  const count = () => charges().catch(() => ({ decided: Number.NaN, inHand: 0 }));
  // Of the capacity the time of both looks is counted too, and what is in hand already is not counted as done: rather too little is said to be
  // used than too much.
  capacity.begin(elapsedMs());
  const before = await count();
  return async () => {
    const did = (await count()).decided - before.decided - before.inHand;
    const capacityUsed = did / capacity.soFar(elapsedMs());
    return Number.isFinite(capacityUsed) ? { capacityUsed } : {};
  };
}
