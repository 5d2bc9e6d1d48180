import type { Arrivals } from './script.ts';

/** A stretch of time over which the rate goes evenly from one value to another: milliseconds, and orders a millisecond. */
type Stretch = { lastsMs: number; from: number; to: number };

/**
 * When customers come who come on their own, milliseconds since the start of their phase, one after the other without end.
 *
 * A customer comes whenever another one is due by the rate summed up over time: evenly by whole customers, or as a Poisson process by
 * gaps that are exponentially distributed (inversion of the cumulative intensity: Cinlar, Introduction to Stochastic Processes, 1975).
 * @param forMs how long the phase lasts, where it is known; a ramp lasts as long
 * @param random from 0 up to 1, used only by a Poisson process
 */
export function* dueTimes(arrivals: Arrivals, forMs: number | undefined, random: () => number): Generator<number> {
  const poisson = 'poisson' in arrivals && arrivals.poisson === true;
  let soFar = 0;
  let due = poisson ? gap(random) : 0;
  let startMs = 0;
  for (const stretch of stretchesOf(arrivals, forMs ?? Number.POSITIVE_INFINITY)) {
    const { from, to, lastsMs } = stretch;
    const brings = from === to ? from * lastsMs : ((from + to) / 2) * lastsMs;
    for (; due < soFar + brings; due += poisson ? gap(random) : 1) yield startMs + timeFor(stretch, due - soFar);
    soFar += brings;
    startMs += lastsMs;
  }
}

const gap = (random: () => number): number => -Math.log(1 - random());

/** How far into a stretch so many have come, milliseconds. */
function timeFor({ from, to, lastsMs }: Stretch, count: number): number {
  const slope = from === to ? 0 : (to - from) / lastsMs;
  // Of the two ways to write the root of a quadratic equation, the one that divides by no slope.
  return (2 * count) / (from + Math.sqrt(from * from + 2 * slope * count));
}

/** The last one goes on for ever, at the rate it ends with. */
function stretchesOf(arrivals: Arrivals, forMs: number): Stretch[] {
  const per = (rate: number) => rate / 1_000;
  if ('from' in arrivals) {
    const [from, to] = [per(arrivals.from), per(arrivals.to)];
    return [
      { lastsMs: forMs, from, to },
      { lastsMs: Number.POSITIVE_INFINITY, from: to, to },
    ];
  }
  const rate = per(arrivals.rate);
  const calm = (lastsMs: number): Stretch => ({ lastsMs, from: rate, to: rate });
  if (!('peak' in arrivals)) return [calm(Number.POSITIVE_INFINITY)];
  const peak = per(arrivals.peak);
  return [calm(arrivals.at), { lastsMs: arrivals.lasts, from: peak, to: peak }, calm(Number.POSITIVE_INFINITY)];
}
