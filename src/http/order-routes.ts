import { z } from 'zod';
import type { OrderStatus } from '../actors/messages.ts';
import { Refused } from '../client/errors.ts';
import { newOrderId } from '../client/ids.ts';
import type { OrderContent } from '../client/place-order.ts';
import { mayBeDone } from './answer-errors.ts';
import type { App } from './app.ts';
import { anybody, type Caller } from './caller.ts';
import type { Reader } from './events/event-stream.ts';
import { followOrder } from './events/follow-order.ts';
import { HttpError } from './http-error.ts';
import { allow, callerOf } from './identify.ts';
import { outcomeOf } from './refusals.ts';
import type { Context } from './service.ts';
import { errors, id, newOrder, orderParams, orderStatus, placedOrder, story, withToken } from './shapes.ts';
import { findVisible, maySee } from './visible.ts';

const tags = ['orders'];
const security = withToken;
const atPlacing = allow('customer', 'operator');

/** POST /orders, GET and DELETE /orders/:id, GET /orders/:id/events */
export function addOrderRoutes(app: App, { backend, events, metrics }: Context): void {
  app.post(
    '/orders',
    {
      preParsing: atPlacing,
      schema: {
        tags,
        security,
        summary: 'Order and pay; the same order placed again under its id is answered the same',
        headers: z.looseObject({
          'idempotency-key': id.optional().describe('the order id, where the body names none'),
        }),
        body: newOrder,
        response: {
          201: placedOrder.describe('It is paid and stands.'),
          202: placedOrder.describe('It waits to be paid, and does not stand yet.'),
          ...errors(400, 401, 402, 403, 409, 413, 415, 422, 429, 503, 504),
        },
      },
    },
    async (request, reply) => {
      const content = contentOf(callerOf(request), request.body, request.headers['idempotency-key']);
      const { orderId, customerId, storeId, lines } = content;
      const { status, totalWon = null } = await backend.place(content).catch((error: unknown) => {
        if (error instanceof Refused) metrics.order(outcomeOf(error.code));
        if (!mayBeDone(error)) throw error;
        metrics.order('timed-out');
        throw unanswered(orderId, error);
      });
      const stands = status !== 'payment-deferred';
      metrics.order(stands ? 'placed' : status);
      return reply
        .code(stands ? 201 : 202)
        .header('location', `/orders/${encodeURIComponent(orderId)}`)
        .send({ orderId, status: status as OrderStatus, customerId, storeId, lines, totalWon });
    },
  );

  app.get(
    '/orders/:id',
    {
      preParsing: allow('customer', 'store', 'rider', 'operator'),
      schema: {
        tags,
        security,
        summary: 'What has become of an order: every event, and every message about it',
        params: orderParams,
        response: { 200: story, ...errors(400, 401, 404, 429, 503) },
      },
    },
    async (request) => findVisible(backend, callerOf(request), request.params.id),
  );

  app.delete(
    '/orders/:id',
    {
      preParsing: allow('customer', 'operator'),
      schema: {
        tags,
        security,
        summary: 'Cancel it, while the rider has not left; the money goes back',
        params: orderParams,
        querystring: z.object({ reason: z.string().min(1).max(500).default('cancelled by the customer') }),
        response: { 200: orderStatus, ...errors(400, 401, 403, 404, 409, 429, 503, 504) },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const orderId = request.params.id;
      if (caller.role === 'customer') await findVisible(backend, caller, orderId);
      const { status } = await backend.ask('CancelOrder', { orderId, reason: request.query.reason });
      return { orderId, status: status as OrderStatus };
    },
  );

  app.get(
    '/orders/:id/events',
    {
      config: { endless: true },
      preParsing: allow('customer', 'store', 'rider', 'operator'),
      schema: {
        tags,
        security,
        summary: 'Follow an order: its events, one by one, as server-sent events; the last one is `end`',
        params: orderParams,
        querystring: z.object({ lastEventId: z.string().max(200).optional() }),
        headers: z.looseObject({ 'last-event-id': z.string().max(200).optional() }),
        response: {
          200: { description: 'Server-sent events', content: { 'text/event-stream': { schema: z.string() } } },
          ...errors(400, 401, 404, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { orderId } = await findVisible(backend, caller, request.params.id);
      const after = request.headers['last-event-id'] ?? request.query.lastEventId;
      followOrder(reply, events, { orderId, after, reader: readerOf(caller) });
      return reply;
    },
  );
}

/** Each caller may have so many streams; where everybody is one caller, nobody is held to that. */
const readerOf = (caller: Caller): Reader =>
  caller === anybody
    ? { expiresAt: caller.expiresAt }
    : {
        name: `${caller.role} ${caller.subject}`,
        expiresAt: caller.expiresAt,
        maySee: (order) => maySee(caller, order),
      };

/** The order that somebody asks for. @throws {HttpError} 400, 403 */
function contentOf(caller: Caller, body: z.output<typeof newOrder>, key: string | undefined): OrderContent {
  const { orderId: named, storeId, lines, payLater } = body;
  if (key !== undefined && named !== undefined && key !== named)
    throw new HttpError(
      400,
      'bad-request',
      'The header idempotency-key and orderId differ. Send one, or twice the same.',
    );
  const customerId = customerOf(caller, body.customerId);
  return {
    orderId: key ?? named ?? newOrderId(),
    customerId,
    storeId,
    lines,
    billingKey: body.billingKey ?? `card-${customerId}`,
    ...(payLater && { payLater }),
  };
}

function customerOf({ role, subject }: Caller, named: string | undefined): string {
  if (role === 'customer') {
    if (named === undefined || named === subject) return subject;
    throw new HttpError(403, 'forbidden', 'The token is of another customer. Leave customerId out.');
  }
  if (named !== undefined) return named;
  throw new HttpError(400, 'bad-request', 'body.customerId is missing: say for whom the order is.');
}

const unanswered = (orderId: string, cause: unknown): HttpError =>
  new HttpError(
    504,
    'timed-out',
    `Nobody answered in time. The order ${orderId} may still be placed: ask GET /orders/${encodeURIComponent(orderId)}, or place it again under the same id.`,
    { retryAfterMs: 1_000, cause },
  );
