import { z } from 'zod';
import type { App } from './app.ts';
import type { Backend } from './backend.ts';
import { HttpError } from './http-error.ts';
import { unlimited } from './rate-limit.ts';
import { errorShape } from './shapes.ts';

const status = z.object({ status: z.literal('ok') });

/** Whether the process runs, and whether it makes sense to send it anybody. */
export function addHealth(app: App, backend: Backend, stopping: () => boolean): void {
  const tags = ['health'];
  app.get(
    '/health/live',
    { config: unlimited, schema: { tags, summary: 'Whether the process runs', response: { 200: status } } },
    async () => ({ status: 'ok' as const }),
  );
  app.get(
    '/health/ready',
    {
      config: unlimited,
      schema: { tags, summary: 'Whether it can do its work just now', response: { 200: status, 503: errorShape } },
    },
    async () => {
      const why = stopping() ? 'It is stopping.' : backend.whyNotReady();
      if (why !== undefined) throw new HttpError(503, 'not-ready', why, { retryAfterMs: 1_000 });
      return { status: 'ok' as const };
    },
  );
}
