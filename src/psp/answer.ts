import type { FastifyReply } from 'fastify';

/** What is said to a request: a status and JSON. */
export type Answer = { status: number; body: unknown };

/** A no, in the provider's form. `code` is for programs, `message` for people. */
export const refusal = (status: number, code: string, message: string): Answer => ({ status, body: { code, message } });

export function say(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  if (status === 503) reply.header('retry-after', '1');
  return reply.code(status).send(body);
}
