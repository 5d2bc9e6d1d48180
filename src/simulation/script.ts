import { z } from 'zod';

/** The actors that a fault can be made to. */
export const faultyActors = ['order', 'payment', 'kitchen', 'rider', 'notifier'] as const;
export type FaultyActor = (typeof faultyActors)[number];

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

const timeSchema = written(z.string({ error: time }), timeIn, time);
const rangeSchema = written(z.string({ error: timeRange }), rangeIn, timeRange);
const shareSchema = written(z.union([z.string(), z.number()], { error: share }), shareIn, share);
const rateSchema = z.number({ error: rate }).positive({ error: rate }).max(100_000, { error: rate });
const textSchema = z
  .string({ error: text })
  .trim()
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,200}$/u, { error: text });
const wholeSchema = (what: string, least: number, most: number) =>
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
const count = boundOf('a number', (amount) =>
  /^\d[\d,]*(\.\d+)?$/.test(amount) ? Number(amount.replaceAll(',', '')) : undefined,
);
const part = boundOf('a share, such as 99.9%', shareIn);
const span = boundOf('a time, such as 800ms', timeIn);

/** What can be expected of a phase, or of the whole. */
const commonExpectations = {
  offered: count.optional(),
  placed: count.optional(),
  deferred: count.optional(),
  turnedAway: count.optional(),
  refused: count.optional(),
  unanswered: count.optional(),
  placedPerSecond: count.optional(),
  availability: part.optional(),
  /** Of those that came, who got a meal in the end, but for those whom their own card or their own wish kept from it. */
  served: part.optional(),
  placedP50: span.optional(),
  placedP99: span.optional(),
  placedMax: span.optional(),
  turnedAwayP99: span.optional(),
  turnedAwayMax: span.optional(),
};
const phaseExpectations = {
  ...commonExpectations,
  /** Charges a second that the provider carried out, over what it can do at full speed: its capacity over its mean latency. */
  capacityUsed: part.optional(),
};
const wholeExpectations = {
  ...commonExpectations,
  delivered: count.optional(),
  cancelled: count.optional(),
  mostInFlight: count.optional(),
  deliveredP99: span.optional(),
};

const mixFields = {
  stores: z
    .record(z.string(), z.number({ error: 'a weight above 0' }).positive({ error: 'a weight above 0' }), {
      error: 'stores by their id, each with a weight',
    })
    .optional(),
  dishes: wholeSchema('how many dishes an order has at most, 1 to 20', 1, 20).optional(),
  badCards: shareSchema.optional(),
  payLater: shareSchema.optional(),
  cancel: shareSchema.optional(),
  cancelAfter: rangeSchema.optional(),
  comeBack: wholeSchema('how often somebody who is turned away comes back, 0 to 100', 0, 100).optional(),
  patience: timeSchema.optional(),
};
const mixSchema = z.strictObject(mixFields, { error: 'what customers are like: stores, badCards, cancel, …' });

const knobFields = {
  latency: rangeSchema.optional(),
  capacity: z
    .int({ error: 'a whole number of requests at once, or null for no limit' })
    .positive({ error: 'a whole number of requests at once, or null for no limit' })
    .nullable()
    .optional(),
  declines: shareSchema.optional(),
  fails: shareSchema.optional(),
  hangs: shareSchema.optional(),
  loses: shareSchema.optional(),
};
const knobsSchema = z.strictObject(knobFields, { error: 'how the payment provider is: latency, capacity, …' });

const arrivalsWhat = 'orders a second: a number, or {rate: …}, {from: …, to: …} or {rate: …, peak: …, at: …, lasts: …}';
const arrivalsSchema = z.union(
  [
    rateSchema.transform((rate) => ({ rate })),
    z.strictObject({ rate: rateSchema, poisson: z.boolean().optional() }),
    z.strictObject({ from: rateSchema, to: rateSchema, poisson: z.boolean().optional() }),
    z.strictObject({
      rate: rateSchema,
      peak: rateSchema,
      at: timeSchema,
      lasts: timeSchema,
      poisson: z.boolean().optional(),
    }),
  ],
  { error: arrivalsWhat },
);

const customers = 'how many customers order again and again, 1 to 20,000';
const orders = 'how many orders there are, 1 to 10,000,000';
const phaseSchema = z
  .strictObject(
    {
      name: textSchema,
      for: timeSchema.optional(),
      orders: wholeSchema(orders, 1, 10_000_000).optional(),
      arrivals: arrivalsSchema.optional(),
      customers: wholeSchema(customers, 1, 20_000).optional(),
      think: rangeSchema.optional(),
      mix: mixSchema.optional(),
      expect: z.strictObject(phaseExpectations, { error: 'what is expected of it' }).optional(),
    },
    { error: 'a phase: its name, how long it lasts, and who comes' },
  )
  .superRefine(({ for: lasts, orders, arrivals, customers, think }, context) => {
    const wrong = (what: string) => context.addIssue({ code: 'custom', message: what });
    if (lasts === undefined && orders === undefined) wrong('`for: TIME` or `orders: N`, so that it ends');
    if ((arrivals === undefined) === (customers === undefined))
      wrong('either `arrivals:` (who come on their own) or `customers:` (who order again and again)');
    if (arrivals !== undefined && 'from' in arrivals && lasts === undefined)
      wrong('`for: TIME` with a ramp, which lasts as long');
    if (think !== undefined && customers === undefined) wrong('`think:` only with `customers:`');
  });

const faultKinds = ['down', 'kill', 'provider', 'broker'] as const;
const actorSchema = z.enum(faultyActors, { error: `one of the actors ${faultyActors.join(', ')}` });
const faultSchema = z
  .strictObject(
    {
      at: timeSchema.optional(),
      for: timeSchema.optional(),
      during: textSchema.optional(),
      down: actorSchema.optional(),
      kill: actorSchema.optional(),
      provider: knobsSchema.optional(),
      broker: z.literal('restart', { error: '`broker: restart`' }).optional(),
    },
    { error: 'a fault: when it is, and what' },
  )
  .superRefine((fault, context) => {
    const kinds = faultKinds.filter((kind) => fault[kind] !== undefined);
    const wrong = (what: string) => context.addIssue({ code: 'custom', message: what });
    if ((fault.at === undefined) === (fault.during === undefined)) wrong('either `at: TIME` or `during: PHASE`');
    if (fault.for !== undefined && fault.during !== undefined)
      wrong('no `for:` with `during:`, which lasts as long as the phase');
    if (kinds.length !== 1) wrong(`one of ${faultKinds.join(', ')} in each fault`);
    if (fault.broker !== undefined && fault.for !== undefined) wrong('no `for:` with `broker: restart`');
  });

const processes = 'lists of actors, each of which share a process; those that are in none share one more';
const riders = 'how many riders there are, 1 to 10,000';

/** What a script holds. The message of every issue is what was expected there; docs/simulation.md explains the fields. */
export const scriptSchema = z.strictObject(
  {
    about: textSchema,
    seed: wholeSchema('a whole number from 0', 0, 2 ** 31).default(1),
    speed: z
      .number({ error: 'a number above 0' })
      .positive({ error: 'a number above 0' })
      .max(1e9, { error: 'a number up to 1,000,000,000' })
      .default(600),
    mix: mixSchema.default({}),
    provider: knobsSchema.default({}),
    riders: z
      .strictObject(
        { count: wholeSchema(riders, 1, 10_000), pickup: rangeSchema, ride: rangeSchema },
        { error: 'riders: their count, and how long pickup and ride take' },
      )
      .optional(),
    processes: z
      .array(z.array(actorSchema, { error: processes }).min(1, { error: processes }), { error: processes })
      .default([]),
    phases: z
      .array(phaseSchema, { error: 'a list of at least one phase' })
      .min(1, { error: 'a list of at least one phase' })
      .max(100, { error: 'a list of at most 100 phases' }),
    faults: z
      .array(faultSchema, { error: 'a list of faults' })
      .max(1_000, { error: 'at most 1,000 faults' })
      .default([]),
    drain: timeSchema.default(60_000),
    expect: z.strictObject(wholeExpectations, { error: 'what is expected of the whole' }).default({}),
  },
  { error: '`about:`, `phases:` and what else belongs into a script' },
);

/** A script as it is played. Times are milliseconds, shares from 0 to 1. */
export type Script = z.infer<typeof scriptSchema> & { name: string };
export type Phase = Script['phases'][number];
export type Arrivals = NonNullable<Phase['arrivals']>;
export type Mix = z.infer<typeof mixSchema>;
export type Fault = Script['faults'][number];
export type ProviderKnobs = z.infer<typeof knobsSchema>;
export type Bound = { atLeast?: number; atMost?: number };
export type Expectations = Script['expect'] & NonNullable<Phase['expect']>;
