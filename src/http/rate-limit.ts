import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { anybody } from './caller.ts';
import { HttpError } from './http-error.ts';

/** Callers whose requests are counted at the same time, at most. */
const mostCallers = 10_000;

/** Lets each caller make so many requests a second: who has no valid token is counted by address. */
export async function limitRate(app: FastifyInstance, perSecond: number): Promise<void> {
  await app.register(rateLimit, {
    max: perSecond,
    timeWindow: 1_000,
    cache: mostCallers,
    hook: 'onRequest',
    keyGenerator: ({ caller, ip }) => (caller && caller !== anybody ? `${caller.role} ${caller.subject}` : ip),
    errorResponseBuilder: (_request, { ttl }) =>
      new HttpError(429, 'too-many-requests', `These are more than ${perSecond} requests a second. Slow down.`, {
        retryAfterMs: Math.max(1, ttl),
      }),
  });
}

/** For what is asked by machines that look after us. */
export const unlimited = { rateLimit: false } as const;
