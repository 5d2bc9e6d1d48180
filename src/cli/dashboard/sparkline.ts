const bars = '▁▂▃▄▅▆▇█';

/** Numbers as a row of bars, the largest one full; all of them low where there is nothing. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(1, ...values);
  return values.map((value) => bars[Math.round((Math.max(0, value) / most) * (bars.length - 1))]).join('');
}
