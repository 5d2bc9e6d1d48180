import { type Answer, refusal } from './answer.ts';
import type { Counts, Knobs } from './knobs.ts';

/** What becomes of a request: `hung` is done late and never answered, `lost` is done and its answer lost. */
export type Fate = 'answered' | 'hung' | 'lost';

type Surroundings = { knobs(): Knobs; counts: Counts; now(): number; random(): number };

/** How many requests are let in, and what becomes of each. */
export class Gate {
  /** Requests let in during the second that began at `#second`. */
  #inSecond = 0;
  #second = 0;

  constructor(private readonly around: Surroundings) {}

  /** @param writes only what changes something can hang or be lost; answers: what is said to a request that is not let in */
  enter(writes: boolean): Fate | Answer {
    const { knobs, counts, random } = this.around;
    const { limit, failRate, failWith, hangRate, loseRate } = knobs();
    counts.asked += 1;
    if (limit !== null && this.#count() > limit) {
      counts.turnedAway += 1;
      const answer = refusal(429, 'TooManyRequests', 'There are too many requests. Ask again in a second.');
      return { ...answer, headers: { 'retry-after': '1' } };
    }
    if (random() < failRate) {
      counts.failed += 1;
      return refusal(failWith, 'InternalError', 'Something went wrong. Ask again later.');
    }
    if (writes && random() < hangRate) {
      counts.hung += 1;
      return 'hung';
    }
    if (writes && random() < loseRate) {
      counts.lost += 1;
      return 'lost';
    }
    return 'answered';
  }

  #count(): number {
    const second = Math.floor(this.around.now() / 1_000);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    return ++this.#inSecond;
  }
}
