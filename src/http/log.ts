import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { pathOf } from './answer-errors.ts';

/** Where log lines go, one JSON object each. */
export type LogTarget = { write(line: string): void };

/** What never stands in a log, wherever it comes from. We write no headers and no bodies, so this is the second fence. */
const secret = ['authorization', 'cookie', '["set-cookie"]', 'billingKey', 'token'];
const redact = {
  paths: secret.flatMap((name) => {
    const at = (place: string) => (name.startsWith('[') ? `${place}${name}` : `${place}.${name}`);
    return [name, at('*'), at('*.*'), at('*.*.*')];
  }),
  censor: '[secret]',
};

/** @param requests whether each request is written, not only what went wrong */
export const loggerOptions = (target: LogTarget, requests: boolean) => ({
  level: requests ? 'info' : 'warn',
  stream: target,
  redact,
  base: null,
});

/** One line a request, once it is answered. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' });
  }

  override incomingRequest(): void {}
  override routeNotFound(): void {}

  override requestCompleted(error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    const { caller } = request;
    const line = {
      method: request.method,
      path: pathOf(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...(caller && { role: caller.role, subject: caller.subject }),
    };
    if (error) reply.log.warn({ ...line, err: error }, 'request cut short');
    else reply.log.info(line, 'request');
  }
}
