import { z } from 'zod';
import { closest } from '../actors/closest.ts';
import type { Store } from '../actors/menu.ts';
import { kitchenBoard } from '../readmodel/boards.ts';
import { act } from './act.ts';
import type { App } from './app.ts';
import type { Backend } from './backend.ts';
import { HttpError } from './http-error.ts';
import { allow, callerOf } from './identify.ts';
import type { Context } from './service.ts';
import { errors, id, menu, orderParams, orderStatus, orders, store, withToken } from './shapes.ts';

const storeParams = z.object({ id });
const security = withToken;
const owner = allow('store', 'operator');
const tags = ['stores'];
const acting = { 200: orderStatus, ...errors(400, 401, 403, 404, 409, 429, 503, 504) };

/** GET /stores, GET /stores/:id/menu, GET /stores/:id/orders, POST /orders/:id/accept, refuse and cooked */
export function addStoreRoutes(app: App, { backend }: Context): void {
  app.get(
    '/stores',
    { schema: { tags, summary: 'The stores', response: { 200: z.array(store), ...errors(429) } } },
    async () => backend.menu.stores.map(({ storeId, name, items }) => ({ storeId, name, items: items.length })),
  );

  app.get(
    '/stores/:id/menu',
    {
      schema: {
        tags,
        summary: 'What a store cooks',
        params: storeParams,
        response: { 200: menu, ...errors(400, 404, 429) },
      },
    },
    async ({ params }) => {
      const { storeId, name, items } = storeNamed(backend, params.id);
      return { storeId, name, items };
    },
  );

  app.get(
    '/stores/:id/orders',
    {
      preParsing: owner,
      schema: {
        tags,
        security,
        summary: 'What waits to be accepted or is on the stove, oldest first',
        params: storeParams,
        response: { 200: orders, ...errors(400, 401, 403, 429, 503) },
      },
    },
    async (request) => {
      const { role, subject } = callerOf(request);
      const storeId = request.params.id;
      if (role === 'store' && subject !== storeId)
        throw new HttpError(403, 'forbidden', `The token is of the store ${subject}: see /stores/${subject}/orders.`);
      return backend.read((db) => kitchenBoard(db, { storeId }));
    },
  );

  app.post(
    '/orders/:id/accept',
    {
      preParsing: owner,
      schema: { tags, security, summary: 'Accept an order', params: orderParams, response: acting },
    },
    (request) => act(backend, callerOf(request), 'AcceptOrder', { orderId: request.params.id }),
  );

  app.post(
    '/orders/:id/refuse',
    {
      preParsing: owner,
      schema: {
        tags,
        security,
        summary: 'Refuse an order; the customer gets the money back',
        params: orderParams,
        body: z.strictObject({ reason: z.string().min(1).max(500).describe('what the customer is told') }),
        response: { ...acting, ...errors(413, 415) },
      },
    },
    (request) =>
      act(backend, callerOf(request), 'RefuseOrder', { orderId: request.params.id, reason: request.body.reason }),
  );

  app.post(
    '/orders/:id/cooked',
    {
      preParsing: owner,
      schema: { tags, security, summary: 'An order is ready to be picked up', params: orderParams, response: acting },
    },
    (request) => act(backend, callerOf(request), 'FinishCooking', { orderId: request.params.id }),
  );
}

/** @throws {HttpError} 404 */
function storeNamed({ menu: { stores } }: Backend, storeId: string): Store {
  const found = stores.find((store) => store.storeId === storeId);
  if (found) return found;
  const meant = closest(
    storeId,
    stores.map((store) => store.storeId),
  );
  const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
  throw new HttpError(404, 'unknown-store', `There is no store "${storeId}".${hint} See GET /stores.`);
}
