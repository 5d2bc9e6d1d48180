import type { Sample } from '../../../simulation/report.ts';

const seconds = 60;

/**
 * The last minute in at most `cells` values, each of as many whole seconds; null where nothing is known. Seconds stay together from one
 * look to the next, so that nothing flickers.
 * @param of what is told of a second; null where there is nothing to tell
 * @param come what several seconds come to
 */
export function lastMinute(
  samples: readonly Sample[],
  cells: number,
  of: (sample: Sample) => number | null,
  come: (values: readonly number[]) => number,
): (number | null)[] {
  const last = samples.at(-1);
  if (!last || cells < 1) return [];
  const perCell = Math.ceil(seconds / Math.min(seconds, cells));
  const cellOf = ({ atS }: Sample) => Math.ceil(atS / perCell);
  const count = Math.floor(seconds / perCell);
  const first = cellOf(last) - count + 1;
  const found: number[][] = Array.from({ length: count }, () => []);
  for (const sample of samples.slice(-seconds)) {
    const value = of(sample);
    if (value !== null) found[cellOf(sample) - first]?.push(value);
  }
  return found.map((values) => (values.length === 0 ? null : come(values)));
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
export const highest = (values: readonly number[]): number => Math.max(...values);
