import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { Refused, TimedOut } from '../client/errors.ts';
import { BaedalError } from '../errors.ts';
import { errorBody, HttpError } from './http-error.ts';
import { httpErrorOf } from './refusals.ts';

/** What the broker throws that passes by itself. The sentence is ours: theirs name addresses. */
const brokerTroubles = new Set(['broker-unreachable', 'publish-refused', 'unroutable']);
/** What the broker throws that leaves it open whether it is done. */
const brokerDoubts = new Set(['outcome-unknown', 'broker-closed']);

/** Whether what was asked for may be done all the same: nobody answered, or it is not known whether anybody was asked. */
export const mayBeDone = (error: unknown): boolean =>
  error instanceof TimedOut || (error instanceof BaedalError && brokerDoubts.has(error.code));

/** What could not be understood, by the code that fastify gives it. */
const understood: Record<string, { status: number; code: string; message: string }> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'not-json',
    message: 'Send JSON, with the header content-type: application/json.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'bad-json',
    message: 'The body is empty. Send a JSON object, or leave the content-type header out.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    code: 'bad-json',
    message: 'The body is not JSON. Send a JSON object.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'too-large', message: 'The body is too large. It may have 64 KiB.' },
  FST_ERR_BAD_URL: { status: 400, code: 'bad-address', message: 'The address is not well formed. Encode it again.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 400, code: 'bad-address', message: 'A part of the address is too long.' },
};

/** Whatever was thrown, as what is answered. */
function answerTo(thrown: unknown, requestId: string): HttpError {
  if (thrown instanceof HttpError) return thrown;
  if (thrown instanceof Refused) return httpErrorOf(thrown);
  if (mayBeDone(thrown))
    return new HttpError(504, 'timed-out', 'Nobody answered in time. It may still be done: look, and ask again.', {
      retryAfterMs: 1_000,
      cause: thrown,
    });
  if (thrown instanceof BaedalError && brokerTroubles.has(thrown.code))
    return new HttpError(503, 'unavailable', 'Nothing can be asked for just now. Try again in a moment.', {
      retryAfterMs: 1_000,
      cause: thrown,
    });
  return unreadable(thrown as FastifyError) ?? unexpected(requestId, thrown);
}

/** What fastify found wrong with the request, if that is what was thrown. */
function unreadable({ code, statusCode, validation, validationContext, message }: FastifyError): HttpError | undefined {
  if (validation) {
    const [first] = validation;
    const field = first?.instancePath.slice(1).replaceAll('/', '.');
    const where = field ? `${validationContext}.${field}` : `The ${validationContext}`;
    return new HttpError(400, 'bad-request', `${where}: ${first?.message}. See /docs for what it may be.`);
  }
  const known = understood[code];
  if (known) return new HttpError(known.status, known.code, known.message);
  // Above all JSON that would reach into the prototype of every object.
  if (statusCode === 400) return new HttpError(400, 'bad-request', `The request cannot be read: ${message}.`);
  if (statusCode === 403) return new HttpError(403, 'forbidden', 'This is not for anybody to see.');
  if (statusCode !== undefined && statusCode < 500) return new HttpError(statusCode, 'bad-request', `${message}.`);
  return undefined;
}

const unexpected = (requestId: string, cause: unknown): HttpError =>
  new HttpError(
    500,
    'internal',
    `Something went wrong that should not. It has been written down under the request id ${requestId}: quote it.`,
    { cause },
  );

/** Answers with the error, and writes down what is our own fault. */
export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = answerTo(thrown, request.id);
  // What has no cause is the house's answer, such as that it is busy.
  if (error.status >= 500 && error.cause !== undefined)
    request.log.error({ err: error.cause, code: error.code }, error.message);
  reply.header('x-request-id', request.id);
  if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000));
  return reply.code(error.status).headers(error.headers).type('application/json').send(errorBody(error));
}

const notFound = (method: string, path: string) =>
  new HttpError(404, 'no-such-path', `There is no ${method} ${path}. See /docs for what there is.`);

/** The last request that was understood on a connection. */
const lastOn = new WeakMap<Socket, IncomingMessage>();

/** What could not be read as far as a route is answered in the same form. */
export const badRequests = {
  frameworkErrors: sendError as (error: FastifyError, request: unknown, reply: unknown) => void,
  clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => {
    // Beside an answer that has begun, or before that to a request in hand, this would be taken for the answer to that one.
    const isTaken = socket.bytesWritten > 0 || lastOn.get(socket)?.complete;
    if (error.code === 'ECONNRESET' || !socket.writable || isTaken) return void socket.destroy();
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    const body = JSON.stringify(errorBody(new HttpError(status, 'bad-request', `${STATUS_CODES[status]}.`)));
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  },
};

/** Every error of `app` is answered in our form, never with where it was thrown. */
export function answerAllErrors(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }) => void lastOn.set(raw.socket, raw));
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
}

/** @param before what is done first of all, if anything */
export function answerUnknownPaths(app: FastifyInstance, before?: preHandlerAsyncHookHandler): void {
  app.setNotFoundHandler(before ? { preHandler: before } : {}, (request, reply) =>
    sendError(notFound(request.method, pathOf(request.url)), request, reply),
  );
}

/** A request's path without its question, which may hold anything. */
export const pathOf = (url: string): string => url.replace(/[?#].*$/s, '').slice(0, 200);
