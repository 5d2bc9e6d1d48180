import { BaedalError, causeOf, PutOff, reasonOf } from '../../errors.ts';
import type { DeadLetter, Delivery, Outgoing } from '../broker.ts';
import { encode } from '../codec.ts';
import { backoffMs, maxAttempts, putOffMs } from './retry.ts';

/** What becomes of a delivery that could not be handled: it comes again later, or is given to the dead letters. */
export type Aftermath = { kind: 'put-off' | 'retry'; again: Outgoing } | { kind: 'dead-letter'; letter: DeadLetter };

/**
 * A fault is tried again, later each time, until that is of no use. What is put off through no fault of its own comes again later, and that
 * counts as no attempt.
 * @param at now, epoch milliseconds
 */
export function aftermathOf(
  delivery: Delivery,
  error: unknown,
  { queue, at }: { queue: string; at: number },
): Aftermath {
  const { envelope, attempt, failingSince = at } = delivery;
  const again = (attempt: number, delayMs: number) => ({ envelope, queue, delayMs, attempt, failingSince });
  if (error instanceof PutOff)
    return { kind: 'put-off', again: again(attempt, putOffMs(at - failingSince, error.retryAfterMs)) };
  const isHopeless = attempt + 1 >= maxAttempts || (error instanceof BaedalError && !error.retry);
  if (!isHopeless) return { kind: 'retry', again: again(attempt + 1, backoffMs(attempt)) };
  const cause = causeOf(error);
  const letter = {
    queue,
    reason: reasonOf(error),
    ...(cause !== undefined && { cause }),
    attempts: attempt + 1,
    firstAt: failingSince,
    at,
    body: encode(envelope),
  };
  return { kind: 'dead-letter', letter };
}
