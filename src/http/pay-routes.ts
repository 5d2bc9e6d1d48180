import { z } from 'zod';
import type { OrderStory } from '../readmodel/find-order.ts';
import type { App } from './app.ts';
import { allow, callerOf } from './identify.ts';
import type { Context } from './service.ts';
import { errors, id, payment, withToken } from './shapes.ts';
import { findVisible } from './visible.ts';

/** GET /pays/:orderId */
export function addPayRoutes(app: App, { backend }: Context): void {
  app.get(
    '/pays/:orderId',
    {
      preParsing: allow('customer', 'store', 'operator'),
      schema: {
        tags: ['payments'],
        security: withToken,
        summary: 'How an order is paid',
        params: z.object({ orderId: id }),
        response: { 200: payment, ...errors(400, 401, 403, 404, 429, 503) },
      },
    },
    async (request) => paymentOf(await findVisible(backend, callerOf(request), request.params.orderId)),
  );
}

type Payment = z.output<typeof payment>;

/** What an order's story says of its payment. */
function paymentOf({ orderId, status, totalWon, paidWon, refundedWon, payBy, reason, timeline }: OrderStory): Payment {
  const approved = timeline.find(({ type }) => type === 'PaymentApproved');
  return {
    orderId,
    status: paymentStatus(status, paidWon, refundedWon),
    amountWon: totalWon,
    paidWon,
    refundedWon,
    ...(approved && { paymentId: String(approved.data['paymentKey']) }),
    ...(status === 'rejected' && reason !== null && { declinedReason: reason }),
    ...(status === 'payment-deferred' && payBy !== null && { payBy }),
  };
}

function paymentStatus(status: OrderStory['status'], paidWon: number, refundedWon: number): Payment['status'] {
  if (paidWon > 0) return refundedWon >= paidWon ? 'refunded' : 'paid';
  if (status === 'payment-deferred') return 'deferred';
  return status === 'awaiting-payment' || status === 'cancelling' ? 'pending' : 'not-paid';
}
