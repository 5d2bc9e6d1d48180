/** One look at how much memory a process takes. */
export type Sample = { minute: number; mb: number };

/**
 * Megabytes a minute, by least squares.
 * @throws {RangeError} fewer than two moments are no line
 */
export function slopeOf(samples: readonly Sample[]): number {
  const mean = (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
  const minute = mean(samples.map((sample) => sample.minute));
  const mb = mean(samples.map((sample) => sample.mb));
  const spread = samples.reduce((sum, sample) => sum + (sample.minute - minute) ** 2, 0);
  if (!(spread > 0)) throw new RangeError(`${samples.length} samples of one moment have no slope.`);
  return samples.reduce((sum, sample) => sum + (sample.minute - minute) * (sample.mb - mb), 0) / spread;
}
