import { borrowTime } from './borrowed-time.ts';
import { Fate } from './fate.ts';
import type { SimProcess } from './sim-process.ts';
import { noon, Timeline } from './timeline.ts';
import { type Weather, weatherOf } from './weather.ts';

/** What happened how often. */
export type Counts = Record<string, number>;

/** More than this much happens in no world that ever comes to rest. */
const mostSteps = 60_000;

/**
 * How long it takes until nothing is left of what went wrong before it was calm, milliseconds. More than a process that stands still, a lost
 * link, and a void that looks for a charge for as long as the provider may still carry it out, one after the other.
 */
const settlingMs = 300_000;

/** Something went on for ever. */
export class NeverAtRest extends Error {}

/** Everything that a simulated run hangs on: one fate, one time, and what is told of it. */
export class World {
  readonly timeline = new Timeline();
  readonly fate: Fate;
  readonly weather: Weather;
  readonly counts: Counts = {};
  /** What happened, a line each; only where somebody wants to hear it. */
  readonly story: string[] | undefined;
  /** The process whose turn it is. */
  running: SimProcess | undefined;
  private failure: { error: unknown } | undefined;
  private ids = 0;

  /** @param telling whether a story is told, which takes longer. Default false */
  constructor(seed: number, { muted, telling = false }: { muted?: ReadonlySet<string>; telling?: boolean } = {}) {
    this.story = telling ? [] : undefined;
    this.fate = new Fate(seed, muted, (name) => this.tell(() => `(${name})`));
    this.weather = weatherOf(this.fate);
  }

  get nowMs(): number {
    return this.timeline.now - noon;
  }

  /** When nothing is left of all that went wrong, epoch milliseconds; it may be at rest long before. */
  get settledAt(): number {
    return noon + this.weather.calmAfterMs + settlingMs;
  }

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  tell(line: () => string): void {
    this.story?.push(`${seconds(this.nowMs)}  ${line()}`);
  }

  /** How long something takes on its way, milliseconds: a moment, or longer where that is in the weather. */
  latencyMs(what: string): number {
    if (!this.fate.fault(`slow: ${what}`, this.weather.slow)) return 1;
    return this.fate.pick(`how slow: ${what}`, [3, 10, 30, 100, 300, 1_000, 4_000]);
  }

  /** Ids made later sort later, as the real ones do. */
  newId(): string {
    return `m${String(++this.ids).padStart(6, '0')}`;
  }

  /** The world itself is broken, and not only what is in it: `run` throws this. */
  fail(error: unknown): void {
    this.failure ??= { error };
  }

  /**
   * Lets happen what is to happen, until nothing is left. Between two things that happen all promises that can settle do.
   * @throws {NeverAtRest} and what `fail` was told
   */
  async run(): Promise<void> {
    const { timeline, fate, weather } = this;
    const giveBack = borrowTime(this);
    try {
      for (let due = timeline.next(); due; due = timeline.next()) {
        const { owner, run } = due;
        if (!run || owner?.dead) continue;
        if (owner && owner.pausedUntil > timeline.now) {
          timeline.postpone(due, owner.pausedUntil);
          continue;
        }
        if (++timeline.steps > mostSteps) throw new NeverAtRest('It never comes to rest');
        if (this.nowMs > weather.calmAfterMs) fate.calm = true;
        this.running = owner;
        run();
        await allSettled();
        if (this.failure) throw this.failure.error;
      }
    } finally {
      this.running = undefined;
      giveBack();
    }
  }
}

/** A tick comes when no promise is left that could go on. */
const allSettled = () => new Promise<void>((resolve) => process.nextTick(resolve));

const seconds = (ms: number) => `+${(ms / 1_000).toFixed(3)} s`;
