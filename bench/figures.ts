/** @param p from 0 to 1 */
export const percentile = (numbers: readonly number[], p: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * p))]!;

/** The one in the middle; of an even number the mean of the two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [below, above] = [sorted[Math.ceil(sorted.length / 2) - 1]!, sorted[Math.floor(sorted.length / 2)]!];
  return (below + above) / 2;
}

/** A figure, and what it should be at most or at least, if anything. */
export type Figure = { what: string; is: number; unit: string; atMost?: number; atLeast?: number };

/** A line of a table: the figure, its target, and how many times the target it is. */
export function lineOf(figure: Figure): string {
  const { what, is, unit, atMost, atLeast } = figure;
  const target = atMost ?? atLeast;
  const cells = [`  ${what.padEnd(56)}`, `${shown(is)} ${unit}`.padStart(16)];
  if (target === undefined) return cells.join(' ');
  const times = target === 0 ? '' : `${(is / target).toFixed(2)} ×`;
  cells.push(targetOf(figure).padStart(20), times.padStart(9));
  return `${cells.join(' ')}${isMissed(figure) ? '  missed' : ''}`;
}

/** Its target in words, empty where it has none. */
export function targetOf({ unit, atMost, atLeast }: Figure): string {
  if (atMost !== undefined) return `≤ ${shown(atMost)} ${unit}`.trim();
  return atLeast === undefined ? '' : `≥ ${shown(atLeast)} ${unit}`.trim();
}

export const isMissed = ({ is, atMost, atLeast }: Figure): boolean =>
  (atMost !== undefined && !(is <= atMost)) || (atLeast !== undefined && !(is >= atLeast));

/** With three digits at least, and thousands apart. */
export const shown = (number: number): string =>
  number.toLocaleString('en', { maximumFractionDigits: Math.abs(number) < 10 ? 2 : Math.abs(number) < 100 ? 1 : 0 });
