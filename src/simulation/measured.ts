import type { Judged } from './report.ts';

/** A measured value in its unit: `417.5 ms`, `1.34 s`, `99.98%`, `88.1/s`. @param digits behind the point; one more where units are large */
export function measured(value: number, unit: string, digits = 1): string {
  const cut = (n: number, most: number) => n.toLocaleString('en-US', { maximumFractionDigits: most });
  if (unit === 'ms')
    return value < 1_000 ? `${cut(value, value < 10 ? digits + 1 : digits)} ms` : `${cut(value / 1_000, digits + 1)} s`;
  if (unit === '%') return `${cut(value, digits + 1)}%`;
  return unit.startsWith('/') ? `${cut(value, digits)}${unit}` : `${cut(value, digits)} ${unit}`.trimEnd();
}

const mostDigits = 9;

/** What was promised of it: `at least 99%`, `at most 250 ms`. */
export function promised({ atLeast, atMost, unit }: Judged): string {
  const exactly = (bound: number) => measured(bound, unit, mostDigits);
  if (atLeast !== undefined && atMost !== undefined)
    return atLeast === atMost ? exactly(atLeast) : `between ${exactly(atLeast)} and ${exactly(atMost)}`;
  if (atLeast !== undefined) return `at least ${exactly(atLeast)}`;
  return atMost === undefined ? '-' : `at most ${exactly(atMost)}`;
}

/** What came of it, so exact that what was missed by little does not look as if it had been kept; undefined where nothing was measured. */
export function cameTo({ is, unit, kept, atLeast, atMost }: Judged): string | undefined {
  if (is === undefined) return undefined;
  const bounds = [atLeast, atMost]
    .filter((bound) => bound !== undefined)
    .map((bound) => measured(bound, unit, mostDigits));
  for (let digits = 1; digits < mostDigits && !kept; digits++) {
    const words = measured(is, unit, digits);
    if (!bounds.includes(words)) return words;
  }
  return measured(is, unit, kept ? 1 : mostDigits);
}

/** A share of a whole, 0 to 1, as per cent. Cut, never rounded up: only all of them is 100%. */
export function percent(share: number): string {
  const hundredths = Math.floor(share * 10_000 + 1e-6);
  if (hundredths === 0 && share > 0) return '<0.01%';
  return `${(hundredths / 100).toFixed(hundredths % 10_000 === 0 ? 0 : 2)}%`;
}
