import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { badRequest, ClientGone, NotServed } from './not-served.ts';

/** The body of every error of ours, as `--json` prints one. */
const bodyOf = ({ code, message, retry, retryAfterMs }: NotServed) => ({
  error: { code, message, retry, ...(retryAfterMs !== undefined && { retryAfterMs }) },
});

/** Answers what the gateway itself turns away. `onProblem` is told of what should never happen. */
export function answerErrors(app: FastifyInstance, onProblem: (error: unknown) => void): void {
  app.setErrorHandler((error: FastifyError | NotServed | ClientGone, request: FastifyRequest, reply: FastifyReply) => {
    if (error instanceof ClientGone) return void reply.hijack();
    if (!(error instanceof NotServed) && !((error as FastifyError).statusCode! < 500)) onProblem(error);
    send(reply, request, said(error));
  });
}

/** What is sent before there is a route: the target cannot even be decoded. */
export function answerBadTarget(error: FastifyError, request: unknown, reply: unknown): void {
  const asked = request as FastifyRequest;
  send((reply as FastifyReply).header('x-request-id', asked.id), asked, said(error));
}

function said(error: FastifyError | NotServed): NotServed {
  if (error instanceof NotServed) return error;
  if (error.code === 'FST_ERR_BAD_URL') return badRequest('A path must be percent-encoded UTF-8.');
  if (error.statusCode! < 500)
    return new NotServed(error.statusCode!, 'bad-request', `${error.message.replace(/\.?$/, '.')}`);
  return new NotServed(500, 'gateway-failed', 'Something went wrong in the gateway that should not. Try again.');
}

function send(reply: FastifyReply, request: FastifyRequest, error: NotServed): void {
  if (error.retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(error.retryAfterMs / 1_000)));
  // What is left of the request would be read to its end only to be thrown away.
  if (!request.raw.complete) reply.header('connection', 'close');
  reply
    .code(error.status)
    .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .send(bodyOf(error));
}

const unreadable: Record<string, NotServed> = {
  HPE_HEADER_OVERFLOW: new NotServed(
    431,
    'headers-too-large',
    'The headers of a request may have at most 16 KiB. Send less.',
  ),
  ERR_HTTP_REQUEST_TIMEOUT: new NotServed(
    408,
    'too-slow',
    'The request did not come to its end in time. Send it again.',
  ),
};

/**
 * What is no HTTP, or not in time, is answered, and its connection closed.
 * @param last the last request that was understood on a connection
 */
export const answerUnreadable =
  (last: WeakMap<Socket, IncomingMessage>) =>
  (error: Error & { code?: string }, socket: Socket): void => {
    // Beside an answer that has begun, or to a request before it that is still in hand, this would be taken for the answer to that one.
    const isTaken = socket.bytesWritten > 0 || last.get(socket)?.complete;
    if (error.code === 'ECONNRESET' || !socket.writable || isTaken) return void socket.destroy();
    const answer =
      unreadable[error.code ?? ''] ?? badRequest('This is no HTTP request that can be understood in one way only.');
    const body = JSON.stringify(bodyOf(answer));
    socket.end(
      [
        `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Cache-Control: no-store',
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  };
