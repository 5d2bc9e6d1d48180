import { type Figure, percentile } from '../bench/figures.ts';
import type { Report } from './drill.ts';
import type { Verdict } from './judge.ts';
import { type Promised, wasAnswered, wasToldPlaced } from './promised.ts';

/**
 * What the record and the verdict on it come to. Where nobody was promised anything, nothing was tried, and that is no success.
 * @param where in front of each figure, such as `embedded: `
 */
export function promisesReport(record: readonly Promised[], verdict: Verdict, where = ''): Report {
  const { lost, doubled, broken, sentAgain } = verdict;
  const count = (what: string, is: number, target: Partial<Figure> = {}): Figure => ({
    what: `${where}${what}`,
    is,
    unit: '',
    ...target,
  });
  const placed = record.filter(wasToldPlaced).length;
  const untried = placed > 0 ? [] : ['No order was told placed, so there was no promise to be kept.'];
  return {
    figures: [
      count('orders asked for', record.length),
      count('orders told placed', placed, { atLeast: 1 }),
      count('orders without an answer in time', record.filter((one) => !wasAnswered(one)).length),
      count('orders told placed and lost', lost.length, { atMost: 0 }),
      count('effects doubled', doubled.length, { atMost: 0 }),
      count('other promises broken', broken.length, { atMost: 0 }),
      count('messages sent once more after a crash', sentAgain),
    ],
    broken: [...untried, ...lost, ...doubled, ...broken].map((one) => `${where}${one}`),
  };
}

/** Where everybody has more patience than the fault lasts, everybody is to be answered. */
export function unanswered(record: readonly Promised[]): string[] {
  const count = record.filter((one) => !wasAnswered(one) || one.cancelFailure !== undefined).length;
  return count === 0 ? [] : [`${count} customers who waited for longer than the fault lasted were never answered.`];
}

/** The median and the worst one in a hundred. @param took milliseconds */
export function timesOf(what: string, took: readonly number[]): Figure[] {
  if (took.length === 0) return [];
  return [
    { what: `${what}, p50`, is: percentile(took, 0.5), unit: 'ms' },
    { what: `${what}, p99`, is: percentile(took, 0.99), unit: 'ms' },
  ];
}

/** Several verdicts as one. */
export const asOne = (verdicts: readonly Verdict[]): Verdict => ({
  lost: verdicts.flatMap(({ lost }) => lost),
  doubled: verdicts.flatMap(({ doubled }) => doubled),
  broken: verdicts.flatMap(({ broken }) => broken),
  sentAgain: verdicts.reduce((sum, { sentAgain }) => sum + sentAgain, 0),
});

/** Several reports as one. */
export const together = (reports: readonly Report[]): Report => ({
  figures: reports.flatMap(({ figures }) => figures),
  broken: reports.flatMap(({ broken }) => broken),
});
