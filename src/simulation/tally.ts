import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Said } from './crowd.ts';
import type { Counts, Quantiles, Sample, Totals } from './report.ts';

/** The longest time that is told apart, microseconds: a day. */
const longestUs = 86_400_000_000;

/** Times of one kind: Node's own HDR histogram, in microseconds, to three significant figures. */
export class Times {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: longestUs, figures: 3 });

  record(ms: number): void {
    this.#histogram.record(Math.min(Math.max(Math.round(ms * 1_000), 1), longestUs));
  }

  quantiles(): Quantiles | null {
    const of = this.#histogram;
    if (of.count === 0) return null;
    const at = (percent: number) => of.percentile(percent) / 1_000;
    return { count: of.count, mean: of.mean / 1_000, p50: at(50), p90: at(90), p99: at(99), max: of.max / 1_000 };
  }

  reset(): void {
    this.#histogram.reset();
  }
}

const noCounts = (): Counts => ({ offered: 0, placed: 0, deferred: 0, refused: {}, unanswered: {} });

/** What a stretch of time has come to. */
class Stretch {
  counts = noCounts();
  readonly placed = new Times();
  readonly turnedAway = new Times();
  /** Orders placed by its end, once that has come. */
  #placedInTime: number | undefined;

  /** Its time is over. Who still waits is answered all the same, which makes it no quicker. */
  close(): void {
    this.#placedInTime = this.counts.placed;
  }

  answered(said: Said, tookMs: number): void {
    const { counts } = this;
    if (typeof said === 'string') {
      counts.unanswered[said] = (counts.unanswered[said] ?? 0) + 1;
    } else if (said.outcome === 'refused') {
      counts.refused[said.code] = (counts.refused[said.code] ?? 0) + 1;
      if (said.code === busy) this.turnedAway.record(tookMs);
    } else if (said.status === 'payment-deferred') {
      counts.deferred++;
    } else {
      counts.placed++;
      this.placed.record(tookMs);
    }
  }

  /** Another stretch begins. */
  reset(): void {
    this.counts = noCounts();
    this.placed.reset();
    this.turnedAway.reset();
  }

  totals(seconds: number): Totals {
    const { offered, placed, deferred, refused, unanswered } = this.counts;
    const open = offered - answersOf(this.counts);
    return {
      ...{ offered, placed, deferred, refused: { ...refused }, unanswered: { ...unanswered } },
      placedPerSecond: seconds > 0 ? (this.#placedInTime ?? placed) / seconds : 0,
      // Who still waits has not been failed yet.
      availability: offered > open ? 1 - failedOf(this.counts) / (offered - open) : 1,
      placedMs: this.placed.quantiles(),
      turnedAwayMs: this.turnedAway.quantiles(),
    };
  }
}

const busy = 'busy';
/** Refusals for which the platform or its partners are to blame, and not the customer. */
const blamed = [busy, 'expired', 'payment-unknown'];

/** Whether a refusal is the customer's own affair, such as their card. */
export const isOwn = (code: unknown): boolean => !blamed.includes(String(code));

/** How many came for nothing, through no fault of their own. */
export const failedOf = ({ refused, unanswered }: Counts): number =>
  blamed.reduce((total, code) => total + (refused[code] ?? 0), sum(unanswered));

/** How many were asked to come again a little later. */
export const turnedAwayOf = ({ refused }: Counts): number => refused[busy] ?? 0;

export const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, n) => total + n, 0);
const answersOf = ({ placed, deferred, refused, unanswered }: Counts): number =>
  placed + deferred + sum(refused) + sum(unanswered);

/** Counts what customers ask for and are told: of each phase, of the whole, and of the second that just passes. */
export class Tally {
  readonly #whole = new Stretch();
  readonly #phases: Stretch[];
  readonly #second = new Stretch();

  /** @param phases how many there are */
  constructor(phases: number) {
    this.#phases = Array.from({ length: phases }, () => new Stretch());
  }

  asked(phase: number): void {
    for (const stretch of this.#of(phase)) stretch.counts.offered++;
  }

  /** The time of a phase is over. */
  close(phase: number): void {
    this.#phases[phase]!.close();
  }

  answered(phase: number, said: Said, tookMs: number): void {
    for (const stretch of this.#of(phase)) stretch.answered(said, tookMs);
  }

  /** @param seconds that customers came for */
  whole(seconds: number): Totals {
    return this.#whole.totals(seconds);
  }

  phase(index: number, seconds: number): Totals {
    return this.#phases[index]!.totals(seconds);
  }

  /** What has happened since it was last asked for. */
  takeSecond(): Pick<Sample, 'offered' | 'placed' | 'deferred' | 'turnedAway' | 'refused' | 'unanswered' | 'placedMs'> {
    const { counts, placed } = this.#second;
    const turnedAway = turnedAwayOf(counts);
    const times = placed.quantiles();
    this.#second.reset();
    return {
      offered: counts.offered,
      placed: counts.placed,
      deferred: counts.deferred,
      turnedAway,
      refused: sum(counts.refused) - turnedAway,
      unanswered: sum(counts.unanswered),
      placedMs: times && { p50: times.p50, p99: times.p99, max: times.max },
    };
  }

  #of(phase: number): Stretch[] {
    return [this.#whole, this.#phases[phase]!, this.#second];
  }
}
