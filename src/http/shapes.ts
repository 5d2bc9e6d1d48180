import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { maxLines, maxQuantity } from '../actors/menu.ts';
import { orderStatuses } from '../actors/messages.ts';
import { idPattern } from '../client/ids.ts';

/** An id as people and programs may choose it. */
export const id = z
  .string()
  .regex(
    idPattern,
    'it has 1 to 64 letters, digits, dots, hyphens, underscores or @, and begins with a letter or digit',
  );

const won = z.int().describe('integer won');
const time = z.int().describe('milliseconds since the epoch');
const name = z.object({ ko: z.string(), en: z.string() });

export const errorShape = z.object({
  error: z.object({
    code: z.string().describe('stable, for programs'),
    message: z.string().describe('a sentence that says what to do'),
    retry: z.boolean().describe('whether the same may succeed later'),
    retryAfterMs: z.number().optional(),
  }),
});

/** The answers of these statuses, all in the form of an error. */
export const errors = <S extends number>(...statuses: S[]): Record<S, typeof errorShape> =>
  Object.fromEntries(statuses.map((status) => [status, errorShape.describe(`${STATUS_CODES[status]}`)])) as Record<
    S,
    typeof errorShape
  >;

export const line = z.strictObject({ itemId: id, quantity: z.int().min(1).max(maxQuantity) });
export const status = z.enum(orderStatuses);

export const newOrder = z.strictObject({
  storeId: id,
  lines: z
    .array(line)
    .min(1)
    .max(2 * maxLines),
  customerId: id.optional().describe('whose token it is; an operator names one'),
  orderId: id.optional().describe('your own id: the same order placed again under it is the same order'),
  billingKey: id.optional().describe('the card to charge (default: the customer’s)'),
  payLater: z
    .boolean()
    .optional()
    .describe('where the payment system is busy, wait and be charged when it works again'),
});

export const placedOrder = z.object({
  orderId: z.string(),
  status,
  customerId: z.string(),
  storeId: z.string(),
  lines: z.array(z.object({ itemId: z.string(), quantity: z.int() })),
  totalWon: won.nullable(),
});

export const orderStatus = z.object({ orderId: z.string(), status }).describe('The status that came of it');

export const order = z.object({
  orderId: z.string(),
  status,
  customerId: z.string().nullable(),
  storeId: z.string().nullable(),
  storeName: name.nullable(),
  lines: z.array(z.object({ itemId: z.string(), quantity: z.int(), name, priceWon: won })),
  totalWon: won.nullable(),
  paidWon: won,
  refundedWon: won,
  payBy: time.nullable().describe('until when it waits to be paid, if it was put off'),
  riderId: z.string().nullable(),
  reason: z.string().nullable().describe('why it was rejected or refused'),
  receivedAt: time,
  changedAt: time,
});
export const orders = z.array(order).describe('Orders');

export const story = order.extend({
  timeline: z.array(
    z.object({ type: z.string(), at: time, sinceMs: z.number(), data: z.record(z.string(), z.unknown()) }),
  ),
  notifications: z.array(
    z.object({ recipient: z.string(), about: z.string(), channel: z.string(), text: z.string(), at: time }),
  ),
});

export const store = z.object({ storeId: z.string(), name, items: z.int().describe('how many dishes it has') });
export const menu = z.object({
  storeId: z.string(),
  name,
  items: z.array(
    z.object({
      itemId: z.string(),
      name,
      priceWon: won,
      soldOut: z.boolean(),
      prepMs: z.number().describe('milliseconds on the stove'),
    }),
  ),
});

export const payment = z.object({
  orderId: z.string(),
  status: z
    .enum(['pending', 'deferred', 'paid', 'refunded', 'not-paid'])
    .describe('pending: it is being decided; deferred: it waits for the payment system; not-paid: nothing was kept'),
  amountWon: won.nullable(),
  paidWon: won,
  refundedWon: won,
  paymentId: z.string().optional().describe('the payment provider’s name for it'),
  declinedReason: z.string().optional(),
  payBy: time.optional(),
});

/** The order that a path names. */
export const orderParams = z.object({ id });

/** Who has to be known for a route, as the documentation shows it. */
export const withToken = [{ token: [] }];
