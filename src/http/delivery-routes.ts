import { z } from 'zod';
import { riderBoard } from '../readmodel/boards.ts';
import { act } from './act.ts';
import type { App } from './app.ts';
import type { Backend } from './backend.ts';
import type { Caller } from './caller.ts';
import { HttpError } from './http-error.ts';
import { allow, callerOf } from './identify.ts';
import type { Context } from './service.ts';
import { errors, id, orderParams, orderStatus, orders, withToken } from './shapes.ts';
import { findVisible, maySee, seenAs } from './visible.ts';

const security = withToken;
const tags = ['riders'];
const riders = allow('rider', 'operator');
const acting = { 200: orderStatus, ...errors(400, 401, 403, 404, 409, 429, 503, 504) };

/** GET /deliveries, POST /orders/:id/claim, pickup and deliver */
export function addDeliveryRoutes(app: App, { backend }: Context): void {
  app.get(
    '/deliveries',
    {
      preParsing: riders,
      schema: {
        tags,
        security,
        summary: 'What waits for a rider, and what the caller has taken, oldest first',
        response: { 200: orders, ...errors(401, 403, 429, 503) },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return backend.read((db) => riderBoard(db)).filter((order) => maySee(caller, order));
    },
  );

  app.post(
    '/orders/:id/claim',
    {
      preParsing: riders,
      schema: {
        tags,
        security,
        summary: 'Take a delivery',
        params: orderParams,
        body: z.strictObject({ riderId: id.optional().describe('an operator names one') }).nullish(),
        response: { ...acting, ...errors(413, 415) },
      },
    },
    (request) => {
      const caller = callerOf(request);
      const riderId = riderOf(caller, request.body?.riderId);
      return act(backend, caller, 'ClaimDelivery', { orderId: request.params.id, riderId });
    },
  );

  app.post(
    '/orders/:id/pickup',
    {
      preParsing: riders,
      schema: {
        tags,
        security,
        summary: 'Leave the store with it: from now on it cannot be cancelled',
        params: orderParams,
        response: acting,
      },
    },
    (request) => move(backend, callerOf(request), 'PickUpDelivery', request.params.id),
  );

  app.post(
    '/orders/:id/deliver',
    {
      preParsing: riders,
      schema: { tags, security, summary: 'Hand it over', params: orderParams, response: acting },
    },
    (request) => move(backend, callerOf(request), 'CompleteDelivery', request.params.id),
  );
}

/** A rider moves what is theirs, and nothing else: the actor does not know who asks. */
async function move(backend: Backend, caller: Caller, type: 'PickUpDelivery' | 'CompleteDelivery', orderId: string) {
  const { role, subject } = caller;
  if (role === 'rider' && !(await seenAs(backend, orderId, ({ riderId }) => riderId === subject))) {
    await findVisible(backend, caller, orderId);
    throw new HttpError(409, 'not-claimed', `The order ${orderId} is not yours yet. Claim it first.`);
  }
  return act(backend, caller, type, { orderId });
}

function riderOf({ role, subject }: Caller, named: string | undefined): string {
  if (role === 'rider') {
    if (named === undefined || named === subject) return subject;
    throw new HttpError(403, 'forbidden', 'The token is of another rider. Leave riderId out.');
  }
  if (named !== undefined) return named;
  throw new HttpError(400, 'bad-request', 'body.riderId is missing: say who takes it.');
}
