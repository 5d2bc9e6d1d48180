import { createHash } from 'node:crypto';
import { type Answer, refusal } from './answer.ts';

const keptMs = 15 * 86_400_000;
export const longestKey = 300;

type Entry = { at: number; body: string; answer?: Answer };

/** A request under a key: the first one keeps its answer for the others, or lets go of the key. */
export type Claim = {
  /** What the first request under this key was answered. */
  earlier?: Answer;
  keep(answer: Answer): void;
  /** Does nothing where an answer was kept. */
  letGo(): void;
};

/** For a request without a key. */
export const noClaim: Claim = { keep: () => {}, letGo: () => {} };

/** The answers of the last 15 days, by path and idempotency key. They are forgotten when the process ends. */
export class Idempotency {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly now: () => number) {}

  /** What to answer at once, or what there is to know of the key. */
  claim(path: string, key: string, body: unknown): Claim | { instead: Answer } {
    this.#forget();
    const name = `${path} ${key}`;
    const digest = createHash('sha256')
      .update(JSON.stringify(body) ?? '')
      .digest('base64');
    const entry = this.#entries.get(name);
    if (!entry) return this.#first(name, digest);
    if (entry.body !== digest) return { instead: mismatch };
    return entry.answer ? { ...noClaim, earlier: entry.answer } : { instead: underWay };
  }

  #first(name: string, body: string): Claim {
    const entry: Entry = { at: this.now(), body };
    this.#entries.set(name, entry);
    return {
      keep: (answer) => {
        entry.answer = answer;
      },
      letGo: () => {
        if (!entry.answer) this.#entries.delete(name);
      },
    };
  }

  /** The map has them in the order in which they came. */
  #forget(): void {
    for (const [name, { at, answer }] of this.#entries) {
      if (at > this.now() - keptMs || !answer) return;
      this.#entries.delete(name);
    }
  }
}

const mismatch = refusal(
  422,
  'IDEMPOTENT_REQUEST_MISMATCH',
  'The idempotency key was used for a request with another body.',
);
const underWay = refusal(
  409,
  'IDEMPOTENT_REQUEST_PROCESSING',
  'The first request under this idempotency key is still being processed.',
);
