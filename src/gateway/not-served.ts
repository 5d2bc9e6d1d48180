import { BaedalError } from '../errors.ts';

/** A request that the gateway answers itself, as no service does. The message goes to who asked. */
export class NotServed extends BaedalError {
  readonly retry: boolean;
  readonly retryAfterMs?: number;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    { retryAfterMs, cause }: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.retry = status === 408 || (status >= 500 && status !== 501);
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

/** A service could not be reached, or did not answer as it must. This is what its breaker counts. */
export class ServiceAway extends NotServed {}

/** Who asked is gone, so nobody needs an answer. */
export class ClientGone extends BaedalError {
  readonly code = 'client-gone';
  readonly retry = false;
  constructor(cause?: unknown) {
    super('Whoever asked has gone.', { cause });
  }
}

export const tooLarge = (mostBytes: number): NotServed =>
  new NotServed(
    413,
    'too-large',
    `The body of a request may have at most ${mostBytes.toLocaleString('en-US')} bytes. Send less.`,
  );

export const badRequest = (message: string): NotServed => new NotServed(400, 'bad-request', message);
