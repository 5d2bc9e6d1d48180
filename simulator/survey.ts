import { breathe } from './breathe.ts';
import type { Broken } from './invariants/evidence.ts';
import { openProjected } from './invariants/projected.ts';
import { type Options, simulate } from './simulate.ts';
import type { Counts } from './world.ts';

/** Seeds from `from` on, `count` of them. */
export type Range = { from: number; count: number };

/** What became of many seeds. */
export type Survey = {
  seeds: number;
  counts: Counts;
  /** The seeds in which something is broken, and what. */
  failures: { seed: number; broken: Broken[] }[];
};

/** One world of so many is also judged by the real read model and the real audit, on a real file. */
export const sampled = 5;

export const emptySurvey = (): Survey => ({ seeds: 0, counts: {}, failures: [] });

/**
 * Runs and judges these seeds, one after the other, in this thread.
 * @param signal stops it after the world that is running; what is done by then is what there is. Default nothing does
 */
export async function surveySeeds(
  { from, count }: Range,
  options: Options = {},
  signal?: AbortSignal,
): Promise<Survey> {
  const survey = emptySurvey();
  const projected = openProjected();
  try {
    for (let seed = from; seed < from + count && !signal?.aborted; seed++) {
      const also = seed % sampled === 0 ? [projected.invariant] : [];
      const { broken, counts } = await simulate(seed, { ...options, also });
      addTo(survey, { seeds: 1, counts, failures: broken.length > 0 ? [{ seed, broken }] : [] });
      await breathe();
    }
  } finally {
    projected.close();
  }
  return survey;
}

/** Adds one survey to another. */
export function addTo(all: Survey, more: Survey): void {
  all.seeds += more.seeds;
  all.failures.push(...more.failures);
  for (const [what, count] of Object.entries(more.counts)) all.counts[what] = (all.counts[what] ?? 0) + count;
}
