import { type Dispatcher, request as send } from 'undici';

export type HttpRequest = {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  /** Sent as JSON. */
  body?: object;
};

/** What came back. `text`: its body whole; `retryAfter`: the header of that name. */
export type HttpAnswer = { status: number; text: string; retryAfter: string | undefined };

/** Bytes of an answer that are read at most. */
const mostBytes = 8 << 20;

/** It does not end. */
export class AnswerTooLong extends Error {
  constructor() {
    super(`its answer is longer than ${mostBytes} bytes`);
  }
}

/**
 * Makes one request, and reads its answer to the end.
 * @throws the signal's reason; {AnswerTooLong}; what undici throws where there is no connection, or it was lost
 */
export async function ask(
  url: string,
  { method, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const sent = send(url, {
    method,
    signal,
    headers: {
      accept: 'application/json',
      'user-agent': 'baedal',
      ...headers,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const response = await orAborted(sent, signal);
  const text = await textOf(response);
  const retryAfter = response.headers['retry-after'];
  return { status: response.statusCode, text, retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter };
}

/** Whether the request of which this came never left. */
export const neverSent = (error: unknown): boolean =>
  ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(
    (error as { code?: string } | undefined)?.code ?? '',
  );

/** What the text says as JSON; undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds, from 1 to 60 -> milliseconds, default 1000; a date is not worth a clock that may differ. */
export function retryAfterMs(retryAfter: string | undefined): number {
  const seconds = Number(retryAfter);
  return seconds >= 1 ? Math.min(60, Math.ceil(seconds)) * 1_000 : usualRetryAfterMs;
}

/** Where an overloaded service does not say when it wants to be asked again, milliseconds. */
const usualRetryAfterMs = 1_000;

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

async function textOf({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new AnswerTooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
