import { z } from 'zod';

const unitsMs = { ms: 1, s: 1_000, m: 60_000 } as const;
const mostMs = 24 * 3_600_000;

const time = 'a time, such as 20s, 400ms or 2m, a day at most';
const timeRange = 'a time, such as 2s, or a range of them, such as 400-620ms';
const share = 'a share, such as 10% or 0.1';
const rate = 'a number of orders a second, above 0 and 100,000 at most';
const text = 'text of 1 to 200 characters on one line';

const timeIn = (written: string): number | undefined => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)$/.exec(written.trim()) ?? [];
  if (unit === undefined) return undefined;
  const ms = Number(digits) * unitsMs[unit as keyof typeof unitsMs];
  return ms <= mostMs ? ms : undefined;
};

/** `400-620ms` -> both ends; `2s` -> the same twice. */
const rangeIn = (written: string): [number, number] | undefined => {
  const [, least, most] = /^([\d.]+)\s*-\s*([\d.]+\s*(?:ms|s|m))$/.exec(written.trim()) ?? [];
  const unit = most?.replace(/[\d.\s]/g, '') ?? '';
  const ends = most === undefined ? [timeIn(written), timeIn(written)] : [timeIn(`${least}${unit}`), timeIn(most)];
  return ends[0] !== undefined && ends[1] !== undefined && ends[0] <= ends[1] ? [ends[0], ends[1]] : undefined;
};

const shareIn = (written: string | number): number | undefined => {
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%$/.exec(String(written).trim()) ?? [];
  const part = percent === undefined ? Number(written) : Number((Number(percent) / 100).toPrecision(12));
  return typeof written === 'string' && percent === undefined ? undefined : part >= 0 && part <= 1 ? part : undefined;
};

/** Something written in a way of ours, read by `read`; where that cannot, `what` was expected. */
const written = <From, T>(schema: z.ZodType<From>, read: (from: From) => T | undefined, what: string) =>
  schema.transform((from, context): T => {
    const value = read(from);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: what });
    return z.NEVER;
  });

export const timeSchema = written(z.string({ error: time }), timeIn, time);
export const rangeSchema = written(z.string({ error: timeRange }), rangeIn, timeRange);
export const shareSchema = written(z.union([z.string(), z.number()], { error: share }), shareIn, share);
export const rateSchema = z.number({ error: rate }).positive({ error: rate }).max(100_000, { error: rate });
export const textSchema = z
  .string({ error: text })
  .trim()
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,200}$/u, { error: text });
export const wholeSchema = (what: string, least: number, most: number) =>
  z.int({ error: what }).min(least, { error: what }).max(most, { error: what });

const boundOf = <T>(unit: string, read: (text: string) => T | undefined) => {
  const what = `\`at least\` or \`at most\`, and ${unit}`;
  return written(
    z.string({ error: what }),
    (text) => {
      const [, side, amount] = /^at (least|most)\s+(.+)$/.exec(text.trim()) ?? [];
      const bound = amount === undefined ? undefined : read(amount);
      if (bound === undefined) return undefined;
      return side === 'least' ? { atLeast: bound } : { atMost: bound };
    },
    what,
  );
};
export const count = boundOf('a number', (amount) =>
  /^\d[\d,]*(\.\d+)?$/.test(amount) ? Number(amount.replaceAll(',', '')) : undefined,
);
export const part = boundOf('a share, such as 99.9%', shareIn);
export const span = boundOf('a time, such as 800ms', timeIn);
