import { z } from 'zod';
import { type OrderStatus, orderStatuses } from '../actors/messages.ts';
import { listOrders } from '../readmodel/list-orders.ts';
import type { App } from './app.ts';
import type { Caller } from './caller.ts';
import { HttpError } from './http-error.ts';
import { allow, callerOf } from './identify.ts';
import type { Context } from './service.ts';
import { errors, id, orders, withToken } from './shapes.ts';

const known = new Set<string>(orderStatuses);

const question = z.object({
  customer: id
    .optional()
    .describe('whose orders (default: the caller’s); an operator may leave it out for everybody’s'),
  status: z
    .string()
    .max(200)
    .transform((text) => text.split(',').map((word) => word.trim()))
    .refine((words) => words.every((word) => known.has(word)), `the statuses are ${orderStatuses.join(', ')}`)
    .optional()
    .describe('one status, or several with commas'),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
});

/** GET /myPages */
export function addMyPageRoutes(app: App, { backend }: Context): void {
  app.get(
    '/myPages',
    {
      preParsing: allow('customer', 'operator'),
      schema: {
        tags: ['my page'],
        security: withToken,
        summary: 'A customer’s orders, the newest first',
        querystring: question,
        response: { 200: orders, ...errors(400, 401, 403, 429, 503) },
      },
    },
    async (request) => {
      const { customer, status, limit } = request.query;
      const customerId = customerOf(callerOf(request), customer);
      return backend.read((db) =>
        listOrders(db, {
          limit,
          ...(customerId !== undefined && { customerId }),
          ...(status && { statuses: status as OrderStatus[] }),
        }),
      );
    },
  );
}

function customerOf({ role, subject }: Caller, named: string | undefined): string | undefined {
  if (role !== 'customer') return named;
  if (named === undefined || named === subject) return subject;
  throw new HttpError(403, 'forbidden', 'The token is of another customer. Leave customer out.');
}
