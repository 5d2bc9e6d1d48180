import { z } from 'zod';
import { type Answer, refusal } from './answer.ts';
import { parseKst } from './times.ts';

const safe = Number.MAX_SAFE_INTEGER;

export const chargeRequest = z.object({
  customerKey: z.string().regex(/^[A-Za-z0-9_=.@-]{2,300}$/),
  amount: z.int(),
  orderId: z.string().regex(/^[A-Za-z0-9_=-]{6,64}$/),
  orderName: z.string().min(1).max(100),
});
export type ChargeRequest = z.infer<typeof chargeRequest>;

export const cancelRequest = z.object({
  cancelReason: z.string().min(1).max(200),
  cancelAmount: z.int().min(1).max(safe).optional(),
});
export type CancelRequest = z.infer<typeof cancelRequest>;

const time = z.string().transform((text, context) => {
  const parsed = parseKst(text);
  if (parsed) return parsed;
  context.addIssue('it must be yyyy-MM-ddTHH:mm:ss, with or without .SSS, in Korea and without an offset');
  return z.NEVER;
});

export const transactionsRequest = z.object({
  startDate: time,
  endDate: time,
  startingAfter: z.string().optional(),
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(5_000))
    .optional(),
});

const codes: Record<string, string> = { orderId: 'INVALID_ORDER_ID', customerKey: 'INVALID_CUSTOMER_KEY' };

/** What was asked for, or what is said to a request that nobody can understand. */
export function read<T>(schema: z.ZodType<T>, given: unknown): { asked: T } | { wrong: Answer } {
  const result = schema.safeParse(given);
  if (result.success) return { asked: result.data };
  const { path, message } = result.error.issues[0]!;
  const field = String(path[0] ?? 'The request');
  return { wrong: refusal(400, codes[field] ?? 'INVALID_REQUEST', `${field} cannot be used: ${message}.`) };
}
