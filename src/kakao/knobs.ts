import { z } from 'zod';

const rate = z.number().min(0).max(1);

const schema = z.strictObject({
  /** How long an answer takes. What is asked for is done at its beginning. */
  latencyMs: z.number().min(0).max(600_000),
  /** Requests a second; what is beyond is answered 429. Null: no limit. */
  limit: z.int().min(1).nullable(),
  /** Part of the requests that fail, nothing done, and with which status. */
  failRate: rate,
  failWith: z.int().min(500).max(599),
  /** Part of the requests that are never answered, and done a little later. */
  hangRate: rate,
  /** Part of the requests that are done, and the answer lost. */
  loseRate: rate,
  /** Part of the Alimtalks that are refused. */
  refuseRate: rate,
  /** Numbers of people who have no KakaoTalk. */
  strangers: z.array(z.string()),
});

/** How the provider behaves. It can be changed while it runs. */
export type Knobs = z.infer<typeof schema>;

/** Quick, without limits, and nothing goes wrong. */
export const calm: Knobs = {
  latencyMs: 0,
  limit: null,
  failRate: 0,
  failWith: 500,
  hangRate: 0,
  loseRate: 0,
  refuseRate: 0,
  strangers: [],
};

/** What the provider has done since it started. `asked`: requests; the others that are not of requests count messages. */
export const noCounts = {
  asked: 0,
  turnedAway: 0,
  failed: 0,
  hung: 0,
  lost: 0,
  lookUps: 0,
  sendings: 0,
  accepted: 0,
  refused: 0,
};
export type Counts = typeof noCounts;

/** Some of the knobs, as they came over the wire; or why they are none, in a sentence that names the first that is wrong. */
export function readKnobs(body: unknown): { knobs: Partial<Knobs> } | { wrong: string } {
  const read = schema.partial().safeParse(body);
  if (read.success) return { knobs: read.data as Partial<Knobs> };
  const issue = read.error.issues[0]!;
  if (issue.code === 'unrecognized_keys')
    return { wrong: `"${issue.keys[0]}" is no knob. The knobs are ${Object.keys(calm).join(', ')}.` };
  return { wrong: `${issue.path.join('.') || 'The body'} cannot be used: ${issue.message}.` };
}
