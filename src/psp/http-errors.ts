import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, refusal, say } from './answer.ts';

const codes: Record<number, string> = { 413: 'REQUEST_TOO_LARGE', 415: 'UNSUPPORTED_MEDIA_TYPE' };

function answerTo({ statusCode = 500, message }: FastifyError): Answer {
  if (statusCode >= 500) return refusal(500, 'FAILED_INTERNAL_SYSTEM_PROCESSING', message);
  return refusal(statusCode, codes[statusCode] ?? 'INVALID_REQUEST', message);
}

function sendError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  say(reply, answerTo(error));
}

/** What could not be read as far as a route is answered in the same form. */
export const badRequest = {
  frameworkErrors: sendError as (error: FastifyError, request: unknown, reply: unknown) => void,
  clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
    const body = JSON.stringify(refusal(status, 'INVALID_REQUEST', STATUS_CODES[status]!).body);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  },
};

export function answerAllErrors(app: FastifyInstance): void {
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) => {
    say(reply, refusal(404, 'NOT_FOUND', `There is no ${request.method} ${request.url}.`));
  });
}
