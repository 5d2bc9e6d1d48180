import type { AnyEnvelope } from '../src/broker/envelope.ts';
import { newId } from '../src/client/new-id.ts';
import { eventsPerOrder, storyOf } from './stored-orders.ts';

/** Orders that arrive evenly, one after the other. The events of each come `stepMs` apart, so that it is in flight for some seconds. */
export class Arrivals {
  private readonly stories = new Map<number, AnyEnvelope[]>();
  /** The order whose event is next, for each step of a story. */
  private readonly nextAt: number[];
  private ending = false;

  constructor(
    private readonly first: number,
    private readonly perSecond: number,
    private readonly stepMs: number,
  ) {
    this.nextAt = Array.from({ length: eventsPerOrder }, () => first);
  }

  /** The number of the order that would arrive next. */
  get next(): number {
    return this.nextAt[0]!;
  }

  /** No more orders arrive, and what is in flight is due at once. */
  end(): void {
    this.ending = true;
  }

  /** What has happened up to `elapsedMs` since the first order and was not given before, as of now, epoch milliseconds. */
  due(elapsedMs: number, now: number): AnyEnvelope[] {
    const due: AnyEnvelope[] = [];
    for (let step = 0; step < eventsPerOrder; step++) {
      const arrived = this.first + Math.floor(((elapsedMs - step * this.stepMs) * this.perSecond) / 1_000);
      const until = this.ending ? this.next : arrived;
      for (; this.nextAt[step]! < until; this.nextAt[step]!++)
        due.push({ ...this.eventOf(this.nextAt[step]!, step, now), id: newId(), at: now });
    }
    return due;
  }

  private eventOf(n: number, step: number, now: number): AnyEnvelope {
    const story = this.stories.get(n) ?? storyOf(n, now);
    if (step === eventsPerOrder - 1) this.stories.delete(n);
    else this.stories.set(n, story);
    return story[step]!;
  }
}
