import type { Sample } from '../report.ts';

/** Some seconds in a row, as the tables beneath the charts have them. */
export type Stretch = { fromS: number; toS: number; samples: readonly Sample[] };

const mostRows = 60;
const lengthsS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];

/** The seconds in stretches of one length, the shortest even one with which they are few enough to read. */
export function stretchesOf(samples: readonly Sample[]): { lengthS: number; stretches: Stretch[] } {
  const endS = samples.at(-1)?.atS ?? 0;
  const lengthS = lengthsS.find((length) => endS / length <= mostRows) ?? Math.ceil(endS / mostRows);
  const stretches = new Map<number, Sample[]>();
  for (const sample of samples) {
    const index = Math.max(0, Math.ceil(sample.atS / lengthS) - 1);
    const found = stretches.get(index);
    if (found) found.push(sample);
    else stretches.set(index, [sample]);
  }
  return {
    lengthS,
    stretches: [...stretches].map(([index, samples]) => ({
      fromS: index * lengthS,
      toS: Math.min((index + 1) * lengthS, Math.max(endS, index * lengthS)),
      samples,
    })),
  };
}
