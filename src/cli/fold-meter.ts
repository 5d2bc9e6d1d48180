import { createHistogram } from 'node:perf_hooks';
import type { Entry } from '../readmodel/projection.ts';
import type { Telemetry } from './telemetry.ts';

/** The longest lag that is told apart, milliseconds: a day. */
const longestMs = 86_400_000;

/** How far the folding of the journal is, and how old events are when they are folded. */
export class FoldMeter {
  readonly #now: () => number;
  readonly #lags = createHistogram({ lowest: 1, highest: longestMs, figures: 3 });
  #next: number | undefined;

  /** @param now the clock that events are dated by, epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  readonly onFolded = (entries: readonly Entry[], next: number): void => {
    this.#next = next;
    const now = this.#now();
    for (const { envelope } of entries)
      if (envelope) this.#lags.record(Math.round(Math.min(Math.max(now - envelope.at, 1), longestMs)));
  };

  /** What was folded since this was last called; undefined before anything was. */
  readonly read = (): Telemetry['readModel'] => {
    if (this.#next === undefined) return undefined;
    const lags = this.#lags;
    const lagMs = lags.count === 0 ? null : { p50: lags.percentile(50), p99: lags.percentile(99) };
    lags.reset();
    return { next: this.#next, lagMs };
  };
}
