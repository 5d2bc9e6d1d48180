import type { RefusalCode } from '../actors/refusals.ts';
import type { Refused } from '../client/errors.ts';
import { asRequests } from './commands-in-text.ts';
import { HttpError } from './http-error.ts';

/** The status that each of the house's refusals is answered with. The compiler refuses a table that lacks one. */
const statusOf: Record<RefusalCode, number> = {
  'unknown-store': 422,
  'empty-cart': 422,
  'unknown-item': 422,
  'sold-out': 422,
  'bad-quantity': 422,
  'too-many-lines': 422,
  'id-in-use': 409,
  busy: 503,
  'payment-unknown': 402,
  expired: 503,
  refused: 409,
  cancelled: 409,
  'no-such-order': 404,
  'wrong-status': 409,
  over: 409,
  'too-late': 409,
};

/** A card that was declined, with the payment provider's own code. */
const declined = 402;

/** How long to stay away where nobody said how long, milliseconds. */
const usualPauseMs = 1_000;

const isOurs = (code: string): code is RefusalCode => Object.hasOwn(statusOf, code);

/** A refusal as an answer. */
export function httpErrorOf({ code, message: said, retryAfterMs }: Refused): HttpError {
  const message = asRequests(said);
  const status = isOurs(code) ? statusOf[code] : declined;
  if (status !== 503) return new HttpError(status, code, message);
  // What was turned away is over, so it is another order that is tried.
  const pauseMs = retryAfterMs ?? usualPauseMs;
  const seconds = Math.ceil(pauseMs / 1_000);
  const guide = code === 'busy' ? `Try again in ${seconds} s as a new order, or with payLater.` : 'Use a new id.';
  return new HttpError(status, code, `${message} ${guide}`, { retryAfterMs: pauseMs });
}

/** What became of an order that was asked for, as the metrics count it: a refusal of ours by its code. */
export const outcomeOf = (code: string): string => (isOurs(code) ? code : 'declined');
