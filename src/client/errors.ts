import { BaedalError } from '../errors.ts';

/** A rule of the house says no. */
export class Refused extends BaedalError {
  readonly retry: boolean;
  constructor(
    readonly code: string,
    reason: string,
    readonly retryAfterMs?: number,
  ) {
    super(reason);
    this.retry = code === 'busy';
  }
}

/** What was waited for did not happen in time. */
export class TimedOut extends BaedalError {
  readonly code = 'timed-out';
  readonly retry = true;
}
