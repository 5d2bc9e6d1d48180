import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { RawHeaders } from './headers.ts';
import { ClientGone, NotServed, ServiceAway } from './not-served.ts';

/** What is asked of a service. */
export type Question = {
  readonly method: string;
  /** With its query, as it came. */
  readonly path: string;
  readonly headers: RawHeaders;
  readonly body: AsyncIterable<Uint8Array> | null;
};

/** How a service began to answer. The rest comes through `body`; destroying that ends the exchange. */
export type Answer = {
  readonly status: number;
  readonly statusText: string;
  readonly headers: RawHeaders;
  readonly body: Readable;
};

/**
 * Asks a service. Headers are passed on byte by byte in both directions, so this listens to undici's dispatch, and not to `request`, which
 * reads them as UTF-8.
 * @param signal ends the exchange, whether it has been answered or not
 * @throws {ServiceAway} it did not answer @throws {NotServed} it could not be asked @throws {ClientGone} nobody wants to know any more
 */
export function exchange(
  service: Dispatcher,
  { method, path, headers, body }: Question,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let end: (reason?: Error) => void = () => {};
    let answer: Readable | undefined;
    signal.addEventListener('abort', () => end(signal.reason), { once: true });
    service.dispatch(
      {
        method: method as Dispatcher.HttpMethod,
        path,
        headers: [...headers],
        body: body as Dispatcher.DispatchOptions['body'],
      },
      {
        onConnect: (abort) => {
          end = abort;
          if (signal.aborted) abort(signal.reason);
        },
        onHeaders: (status, rawHeaders, resume, statusText) => {
          if (status < 200) return true; // more is to come
          answer = new Readable({
            read: resume,
            destroy: (error, done) => {
              end(error ?? new ClientGone());
              done(error);
            },
          });
          resolve({
            status,
            // Bytes that no status line of ours may have.
            statusText: /^[\t\x20-\x7e]*$/.test(statusText) ? statusText : '',
            headers: (rawHeaders as Buffer[]).map((each) => each.toString('latin1')),
            body: answer,
          });
          return true;
        },
        onData: (chunk) => answer?.push(chunk) ?? true,
        onComplete: () => void (answer ? answer.push(null) : reject(whatWentWrong(new Error('It gave no status.')))),
        onError: (error) => {
          if (answer) answer.destroy(error);
          else reject(whatWentWrong(error));
        },
      },
    );
  });
}

/** The request never reached the service. */
const notReached: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'its name leads nowhere',
  EAI_AGAIN: 'its name cannot be looked up just now',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
};

const nothingSent = 'Nothing was sent to it. Try again in a moment.';
const perhapsDone = 'It may have done what was asked all the same: look before you ask again.';

function whatWentWrong(error: Error): Error {
  if (error instanceof NotServed || error instanceof ClientGone) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const away = (status: number, word: string, what: string) =>
    new ServiceAway(status, word, `The service behind this path ${what}`, { cause: error });
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return away(504, 'service-silent', `cannot be reached in time. ${nothingSent}`);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'ETIMEDOUT')
    return away(504, 'service-silent', `did not answer in time. ${perhapsDone}`);
  if (code in notReached)
    return away(502, 'service-unreachable', `cannot be reached: ${notReached[code]}. ${nothingSent}`);
  if (/^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/.test(code))
    return away(502, 'service-unreachable', `cannot prove who it is (${code}). ${nothingSent}`);
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH')
    return new NotServed(
      400,
      'bad-request',
      'This request cannot be passed on: a header of it is not allowed, or its length is wrong.',
      {
        cause: error,
      },
    );
  return away(502, 'service-broke-off', `broke off before it had answered. ${perhapsDone}`);
}
