import pRetry from 'p-retry';
import { z } from 'zod';
import { reasonOf } from '../errors.ts';
import { AnswerTooLong, ask, type HttpAnswer, jsonOf, neverSent, retryAfterMs } from './http-request.ts';
import {
  PspFailed,
  PspFault,
  PspKeyRefused,
  PspNonsense,
  PspOverloaded,
  PspStillAtIt,
  PspUnreachable,
} from './psp-errors.ts';

export type PspAddress = {
  /** Where it is now, without a slash at the end, such as https://api.tosspayments.com. */
  url(): string;
  secretKey: string;
};

/** What the provider decided against, in its words. */
export type PspRefusal = { status: number; code: string; message: string };

export type PspRequest = {
  method: 'GET' | 'POST';
  path: string;
  body?: object;
  /** The same for the same thing asked again. At most 300 characters. */
  idempotencyKey?: string;
};

const refusal = z.object({ code: z.string().min(1), message: z.string() });

/**
 * Makes one request, and again a little later where it failed: the idempotency key makes that safe. Gives the JSON it answered, or its
 * refusal.
 * @throws {PspFault} with `maybeDone` where any of the tries may have been carried out
 */
export async function askPsp(
  address: PspAddress,
  request: PspRequest,
  signal: AbortSignal,
): Promise<{ json: unknown } | { refusal: PspRefusal }> {
  let maybeDone = false;
  try {
    return await pRetry(() => once(address, request, signal), {
      retries: Number.POSITIVE_INFINITY, // until the signal
      minTimeout: 100,
      maxTimeout: 500,
      randomize: true,
      signal,
      shouldRetry: ({ error, attemptNumber }) => isWorthIt(error, attemptNumber),
      onFailedAttempt: ({ error }) => {
        maybeDone ||= !(error instanceof PspFault) || error.maybeDone;
      },
    });
  } catch (error) {
    if (!maybeDone || !(error instanceof PspFault) || error.maybeDone) throw error;
    // This last try did nothing, but one before it may have.
    throw new PspFailed(error.message, { cause: error });
  }
}

/** What is under way there is waited for; what failed is tried three times in all; what was turned away is not. */
const isWorthIt = (error: unknown, tried: number): boolean =>
  error instanceof PspStillAtIt ||
  (error instanceof PspFault && error.retry && !(error instanceof PspOverloaded) && tried < 3);

async function once(
  { url, secretKey }: PspAddress,
  { method, path, body, idempotencyKey }: PspRequest,
  signal: AbortSignal,
): Promise<{ json: unknown } | { refusal: PspRefusal }> {
  const base = url();
  let answer: HttpAnswer;
  try {
    const headers = {
      authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`,
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    };
    answer = await ask(`${base}${path}`, { method, headers, ...(body && { body }) }, signal);
  } catch (error) {
    if (error instanceof AnswerTooLong) throw new PspNonsense(base, error.message);
    if (signal.aborted) throw signal.reason;
    const { code } = error as { code?: string };
    throw new PspUnreachable(base, !neverSent(error), code ?? reasonOf(error), error);
  }
  const { status, text, retryAfter } = answer;
  const json = jsonOf(text);
  if (status >= 200 && status < 300) {
    if (json === undefined) throw new PspNonsense(base, `it answered ${status} with something that is not JSON`);
    return { json };
  }
  if (status === 429 || (status === 503 && retryAfter !== undefined)) throw new PspOverloaded(retryAfterMs(retryAfter));
  if (status >= 300 && status < 400) throw new PspNonsense(base, `it answered ${status}, a redirect`);
  const said = refusal.safeParse(json);
  if (status === 401) throw new PspKeyRefused(base);
  if (status >= 500) throw new PspFailed(`The payment provider failed: ${said.data?.code ?? `status ${status}`}.`);
  if (!said.success) throw new PspNonsense(base, `it answered ${status} without a code and a message`);
  if (status === 409) throw new PspStillAtIt();
  return { refusal: { status, ...said.data } };
}
