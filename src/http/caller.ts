import { z } from 'zod';
import { idPattern } from '../client/ids.ts';

export const roles = ['customer', 'store', 'rider', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Who asks. */
export type Caller = {
  role: Role;
  /** The id of the customer, store or rider, or an operator's name. */
  subject: string;
  /** Until when we know that, epoch milliseconds. */
  expiresAt: number;
};

/** Where no keys are configured everybody who can reach us is trusted with everything. */
export const anybody: Caller = { role: 'operator', subject: 'anybody', expiresAt: Number.POSITIVE_INFINITY };

/** What a token says. `exp`: seconds since the epoch, as in every JWT. */
export const claims = z.object({
  sub: z.string().regex(idPattern),
  role: z.enum(roles),
  exp: z.number().positive(),
});
