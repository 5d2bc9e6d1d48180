import { z } from 'zod';

const rate = z.number().min(0).max(1);

/** Milliseconds that an answer may take at most, before others make it slower. */
export const mostLatencyMs = 600_000;

const schema = z.strictObject({
  latencyMs: z
    .tuple([z.number().min(0).max(mostLatencyMs), z.number().min(0).max(mostLatencyMs)])
    .refine(([least, most]) => least <= most),
  capacity: z.int().min(1).nullable(),
  declineRate: rate,
  failRate: rate,
  hangRate: rate,
  loseRate: rate,
});

/** How the provider behaves. It can be changed while it runs. */
export type Knobs = z.infer<typeof schema>;

const part = 'a number from 0 to 1';
const mustBe: Record<keyof Knobs, string> = {
  latencyMs: `two numbers of milliseconds, the least and the most, at most ${mostLatencyMs.toLocaleString('en-US')}`,
  capacity: 'a whole number of requests from 1, or null for no limit',
  declineRate: part,
  failRate: part,
  hangRate: part,
  loseRate: part,
};

/** Quick, without limits, and nothing goes wrong. */
export const calm: Knobs = {
  latencyMs: [0, 0],
  capacity: null,
  declineRate: 0,
  failRate: 0,
  hangRate: 0,
  loseRate: 0,
};

/** What the provider has done since it started. */
export const noCounts = {
  asked: 0,
  approved: 0,
  declined: 0,
  cancelled: 0,
  turnedAway: 0,
  failed: 0,
  hung: 0,
  lost: 0,
};
export type Counts = typeof noCounts;

/** What `/control` answers. */
export type PspState = { knobs: Knobs; counts: Counts; inHand: number };

/** Some of the knobs, as they came over the wire; or why they are none, in a sentence that names the first that is wrong. */
export function readKnobs(body: unknown): { knobs: Partial<Knobs> } | { wrong: string } {
  const read = schema.partial().safeParse(body);
  if (read.success) return { knobs: read.data as Partial<Knobs> };
  const issue = read.error.issues[0]!;
  const names = Object.keys(mustBe).join(', ');
  if (issue.code === 'unrecognized_keys') return { wrong: `"${issue.keys[0]}" is no knob. The knobs are ${names}.` };
  const name = issue.path[0] as keyof Knobs | undefined;
  return {
    wrong: name === undefined ? `An object is needed, with any of ${names}.` : `${name} must be ${mustBe[name]}.`,
  };
}
