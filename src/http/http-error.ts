import { BaedalError } from '../errors.ts';

export type HttpErrorOptions = {
  /** When it makes sense to come again, milliseconds. Then `retry` is true. */
  retryAfterMs?: number;
  /** Headers of the answer. */
  headers?: Record<string, string>;
  cause?: unknown;
};

/** A request is not granted. What it says goes to whoever asked, so it holds no address, no path and no secret. */
export class HttpError extends BaedalError {
  readonly retry: boolean;
  readonly retryAfterMs: number | undefined;
  readonly headers: Record<string, string>;
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    { retryAfterMs, headers = {}, cause }: HttpErrorOptions = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.retry = retryAfterMs !== undefined;
    this.retryAfterMs = retryAfterMs;
    this.headers = headers;
  }
}

/** The JSON that says so: as the command line prints it with --json. */
export const errorBody = ({ code, message, retry, retryAfterMs }: HttpError) => ({
  error: { code, message, retry, ...(retryAfterMs !== undefined && { retryAfterMs }) },
});
