const bars = '▁▂▃▄▅▆▇█';

/** Numbers as a row of bars, the largest one full; all of them low where there is nothing, and a gap where nothing is known. */
export function sparkline(values: readonly (number | null)[]): string {
  const most = values.reduce<number>((high, value) => Math.max(high, value ?? 0), 1);
  return values
    .map((value) => (value === null ? ' ' : bars[Math.round((Math.max(0, value) / most) * (bars.length - 1))]))
    .join('');
}
