import type { Answer } from '../src/actors/actor.ts';

/** What one customer asked for and was told. Times are epoch milliseconds; what is missing was not asked, or not answered. */
export type Promised = {
  orderId: string;
  askedAt: number;
  answer?: Answer;
  /** When the answer came, or the customer was told that none will. */
  settledAt?: number;
  /** Why there is no answer: the code of the error. */
  failure?: string;
  cancelAskedAt?: number;
  cancelAnswer?: Answer;
  cancelFailure?: string;
};

/** Whether the customer was told that the order stands: it is a promise from then on. */
export const wasToldPlaced = ({ answer }: Promised): boolean =>
  answer?.outcome === 'done' && answer.status === 'placed';

/** Whether an answer, whichever it was, came. */
export const wasAnswered = ({ answer }: Promised): boolean => answer !== undefined;

/** When the first order after `from` was told that it is placed, epoch milliseconds; undefined where none was. */
export function firstPlacedAfter(record: readonly Promised[], from: number): number | undefined {
  const times = record.flatMap((one) => (wasToldPlaced(one) && one.settledAt! >= from ? [one.settledAt!] : []));
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** The longest time without anybody being told that an order is placed, between the last one before `from` and `to`, milliseconds. */
export function longestGap(record: readonly Promised[], from: number, to: number): number {
  const times = record.flatMap((one) => (wasToldPlaced(one) ? [one.settledAt!] : [])).sort((a, b) => a - b);
  const before = times.findLast((at) => at < from) ?? from;
  const within = [before, ...times.filter((at) => at >= from && at <= to), to];
  return Math.max(...within.slice(1).map((at, i) => at - within[i]!));
}
