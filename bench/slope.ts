/** What was found at some place. */
export type Point = { x: number; y: number };

/**
 * How much `y` grows with each `x`, by least squares.
 * @throws {RangeError} fewer than two places are no line
 */
export function slopeOf(points: readonly Point[]): number {
  const mean = (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
  const x = mean(points.map((point) => point.x));
  const y = mean(points.map((point) => point.y));
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  if (!(spread > 0)) throw new RangeError(`${points.length} points at one place have no slope.`);
  return points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
}
