import { slopeOf as slopeOfPoints } from '../bench/slope.ts';

/** One look at how much memory a process takes. */
export type Sample = { minute: number; mb: number };

/**
 * Megabytes a minute, by least squares.
 * @throws {RangeError} fewer than two moments are no line
 */
export const slopeOf = (samples: readonly Sample[]): number =>
  slopeOfPoints(samples.map(({ minute, mb }) => ({ x: minute, y: mb })));
