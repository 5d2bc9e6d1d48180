import { z } from 'zod';
import { type Answer, refusal } from './answer.ts';

const message = z.object({
  to: z.string(),
  from: z.string(),
  type: z.enum(['ATA', 'SMS', 'LMS']),
  text: z.string().optional(),
  kakaoOptions: z
    .object({
      pfId: z.string(),
      templateId: z.string(),
      variables: z.record(z.string(), z.string()).optional(),
      disableSms: z.boolean().optional(),
    })
    .optional(),
  customFields: z.record(z.string(), z.string()).optional(),
});
export type AskedMessage = z.infer<typeof message>;

export const sendRequest = z.object({
  messages: z.array(message).min(1).max(10_000),
  allowDuplicates: z.boolean().default(false),
  showMessageList: z.boolean().default(false),
});

const time = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'it must be a time such as 2026-07-01T12:00:00Z');

export const listRequest = z.object({
  to: z.string().optional(),
  startDate: time.optional(),
  endDate: time.optional(),
  startKey: z.string().optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(500))
    .default(20),
});

/** What was asked for, or what is said to a request that nobody can understand. */
export function read<T>(schema: z.ZodType<T>, given: unknown): { asked: T } | { wrong: Answer } {
  const result = schema.safeParse(given);
  if (result.success) return { asked: result.data };
  const { path, message } = result.error.issues[0]!;
  return { wrong: refusal(400, 'ValidationError', `${path.join('.') || 'The request'} cannot be used: ${message}.`) };
}
