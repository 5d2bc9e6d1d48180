import type { Judged } from './report.ts';

/** A measured value in its unit, exact enough that a promise broken by little does not look kept: `50.4 ms`, `99.982%`, `88.1/s`. */
export function measured(value: number, unit: string): string {
  const exact = (n: number) => n.toLocaleString('en-US', { maximumFractionDigits: 3 });
  if (unit === 'ms') return Math.abs(value) < 1_000 ? `${exact(value)} ms` : `${exact(value / 1_000)} s`;
  return /^[%/]/.test(unit) ? `${exact(value)}${unit}` : `${exact(value)} ${unit}`.trimEnd();
}

/** What was promised of it: `at least 99%`, `at most 250 ms`. */
export function promised({ atLeast, atMost, unit }: Judged): string {
  if (atLeast !== undefined && atMost !== undefined)
    return atLeast === atMost
      ? measured(atLeast, unit)
      : `between ${measured(atLeast, unit)} and ${measured(atMost, unit)}`;
  if (atLeast !== undefined) return `at least ${measured(atLeast, unit)}`;
  return atMost === undefined ? '-' : `at most ${measured(atMost, unit)}`;
}

/** A share of a whole, 0 to 1, as per cent. Cut, never rounded up: only all of them is 100%. */
export function percent(share: number): string {
  const hundredths = Math.floor(share * 10_000 + 1e-6);
  if (hundredths === 0 && share > 0) return '<0.01%';
  return `${(hundredths / 100).toFixed(hundredths % 10_000 === 0 ? 0 : 2)}%`;
}
