import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, refusal, say } from './answer.ts';
import { longestKey } from './idempotency.ts';
import type { Intake } from './intake.ts';
import type { Payments } from './payments.ts';
import { keyChecker } from './secret-key.ts';

const wrongKey = refusal(401, 'UNAUTHORIZED_KEY', 'The secret key is not the one of this shop.');
const wrongIdempotencyKey = refusal(
  400,
  'INVALID_IDEMPOTENCY_KEY',
  `An idempotency key has 1 to ${longestKey} characters.`,
);

/** What a shop may ask, with its secret key. */
export function addShopRoutes(v1: FastifyInstance, secretKey: string, payments: Payments, intake: Intake): void {
  const isRight = keyChecker(secretKey);
  v1.addHook('onRequest', async (request, reply) => {
    if (!isRight(request.headers.authorization)) return say(reply, wrongKey);
  });
  const through = throughThe(intake);

  v1.post<{ Params: { billingKey: string } }>('/billing/:billingKey', (request, reply) =>
    through(request, reply, () => payments.charge(request.params.billingKey, request.body)),
  );
  v1.post<{ Params: { paymentKey: string } }>('/payments/:paymentKey/cancel', (request, reply) =>
    through(request, reply, () => payments.cancel(request.params.paymentKey, request.body)),
  );
  v1.get<{ Params: { orderId: string } }>('/payments/orders/:orderId', (request, reply) =>
    through(request, reply, async () => payments.ofOrder(request.params.orderId)),
  );
  v1.get<{ Params: { paymentKey: string } }>('/payments/:paymentKey', (request, reply) =>
    through(request, reply, async () => payments.ofKey(request.params.paymentKey)),
  );
  // Who settles accounts must see all that happened, however bad the day is.
  v1.get('/transactions', async (request, reply) => say(reply, payments.transactions(request.query)));
}

const throughThe =
  (intake: Intake) =>
  async (request: FastifyRequest, reply: FastifyReply, work: () => Promise<Answer>): Promise<FastifyReply> => {
    const { method, url, body } = request;
    const writes = method === 'POST';
    const key = writes ? request.headers['idempotency-key']?.toString() : undefined;
    if (key !== undefined && (key.length === 0 || key.length > longestKey)) return say(reply, wrongIdempotencyKey);
    const path = url.replace(/\?.*$/, '');
    const outcome = await intake.serve({ path, writes, body, ...(key !== undefined && { idempotencyKey: key }) }, work);
    if (typeof outcome === 'object') return say(reply, outcome);
    reply.hijack();
    if (outcome === 'cut') request.raw.socket.destroy();
    return reply;
  };
