import pRetry from 'p-retry';
import { type Dispatcher, request as send } from 'undici';
import { z } from 'zod';
import { reasonOf } from '../errors.ts';
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

/** Bytes of an answer that are read at most. */
const mostBytes = 8 << 20;
/** Where an overloaded provider does not say when it wants to be asked again, milliseconds. */
const usualRetryAfterMs = 1_000;

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
  let response: Dispatcher.ResponseData;
  let text: string;
  try {
    const sent = send(`${base}${path}`, {
      method,
      signal,
      headers: {
        accept: 'application/json',
        'user-agent': 'baedal',
        authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    response = await orAborted(sent, signal);
    text = await textOf(response, base);
  } catch (error) {
    if (error instanceof PspFault) throw error;
    if (signal.aborted) throw signal.reason;
    const { code } = error as { code?: string };
    const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
    throw new PspUnreachable(base, !neverSent.includes(code ?? ''), code ?? reasonOf(error), error);
  }
  const { statusCode: status, headers } = response;
  const json = jsonOf(text);
  if (status >= 200 && status < 300) {
    if (json === undefined) throw new PspNonsense(base, `it answered ${status} with something that is not JSON`);
    return { json };
  }
  const retryAfter = headers['retry-after'];
  if (status === 429 || (status === 503 && retryAfter !== undefined)) throw new PspOverloaded(retryAfterMs(retryAfter));
  if (status >= 300 && status < 400) throw new PspNonsense(base, `it answered ${status}, a redirect`);
  const said = refusal.safeParse(json);
  if (status === 401) throw new PspKeyRefused(base);
  if (status >= 500) throw new PspFailed(`The payment provider failed: ${said.data?.code ?? `status ${status}`}.`);
  if (!said.success) throw new PspNonsense(base, `it answered ${status} without a code and a message`);
  if (status === 409) throw new PspStillAtIt();
  return { refusal: { status, ...said.data } };
}

/** Undici does not look at the signal while it connects. Nothing is sent then any more. @throws the signal's reason */
async function orAborted<T>(sent: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([sent, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** What an answer says, unless it does not end. */
async function textOf({ body }: Dispatcher.ResponseData, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new PspNonsense(url, `its answer is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds, from 1 to 60; a date is not worth a clock that may differ. */
function retryAfterMs(retryAfter: string | string[] | undefined): number {
  const seconds = Number(retryAfter);
  return seconds >= 1 ? Math.min(60, Math.ceil(seconds)) * 1_000 : usualRetryAfterMs;
}
