const aheadMs = 9 * 3_600_000;

/** Epoch milliseconds as Korea writes them, to the second: 2026-07-01T21:00:00+09:00. There is no summer time. */
export const kst = (at: number): string => `${new Date(at + aheadMs).toISOString().slice(0, 19)}+09:00`;

/**
 * A time in Korea without an offset, yyyy-MM-ddTHH:mm:ss with or without .SSS -> the first and last millisecond that it names.
 * One without them names its whole second, as the times that are given out do.
 */
export function parseKst(text: string): { firstMs: number; lastMs: number } | undefined {
  const [, seconds, fraction] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{3})?$/.exec(text) ?? [];
  const firstMs = Date.parse(`${text}+09:00`);
  // The parser takes 31 February for a day in March.
  if (seconds === undefined || Number.isNaN(firstMs) || kst(firstMs) !== `${seconds}+09:00`) return undefined;
  return { firstMs, lastMs: fraction === undefined ? firstMs + 999 : firstMs };
}
