import { z } from 'zod';
import { Expected } from './expected.ts';

/** What `read` makes of something written, unless something else was expected. */
export const readBy = <From, Read>(schema: z.ZodType<From>, read: (from: From) => Read) =>
  schema.transform((from, context): Exclude<Read, Expected> => {
    const value = read(from);
    if (!(value instanceof Expected)) return value as Exclude<Read, Expected>;
    context.addIssue({ code: 'custom', message: value.what });
    return z.NEVER;
  });

/** A list, or its values as one text with commas. */
export const listOf = (what: string, each: RegExp) => {
  const list = z.array(z.string({ error: what }).regex(each, { error: what }), { error: what });
  const split = z.string().transform((text) => text.split(',').map((value) => value.trim()));
  return z.union([split.pipe(list), list], { error: what });
};
