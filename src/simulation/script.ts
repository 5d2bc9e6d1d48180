import { z } from 'zod';
import {
  count,
  part,
  rangeSchema,
  rateSchema,
  shareSchema,
  span,
  textSchema,
  timeSchema,
  wholeSchema,
} from './script-values.ts';

/** The actors that a fault can be made to. */
export const faultyActors = ['order', 'payment', 'kitchen', 'rider', 'notifier'] as const;
export type FaultyActor = (typeof faultyActors)[number];

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
