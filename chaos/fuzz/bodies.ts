import type { MessageType } from '../../src/actors/messages.ts';
import { samplesOf } from './samples.ts';
import { mutated, pick, type Random, upTo, weirdText, weirdValue } from './weird.ts';

/** What is deep enough to exhaust the stack of who walks through it. */
const deep = 20_000;
/** Longer than any message that the platform sends, bytes. */
const long = 1_200_000;

/** Bodies of messages: as they should be, almost as they should be, and anything at all. The same for the same seed. */
export class Bodies {
  #count = 0;

  /** @param orders that messages may be about, besides those that there are not */
  constructor(
    private readonly random: Random,
    private readonly seed: number,
    private readonly orders: readonly string[],
    private readonly now: number,
  ) {}

  next(): Buffer {
    const { random } = this;
    const kind = random();
    if (kind < 0.4) return json(this.#envelope());
    if (kind < 0.7) return json(mutated(this.#envelope(), random));
    if (kind < 0.8) return json(Array.from({ length: upTo(random, 6) }, () => this.#part()));
    if (kind < 0.84) return json(this.#envelope()).subarray(0, 5 + upTo(random, 80));
    if (kind < 0.88) return json(weirdValue(random));
    if (kind < 0.9) return Buffer.alloc(0);
    if (kind < 0.95) return Buffer.from(Array.from({ length: upTo(random, 400) }, () => upTo(random, 256)));
    if (kind < 0.985) return Buffer.from(weirdText(random));
    if (kind < 0.995)
      return Buffer.from(
        pick(random, ['['.repeat(deep) + ']'.repeat(deep), `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`]),
      );
    return json({ ...this.#envelope(), more: 'x'.repeat(long) });
  }

  /** A message of any type, about an order that there is or not. Its id is its own. */
  #envelope(): Record<string, unknown> {
    const number = ++this.#count;
    const order = this.random() < 0.5 ? pick(this.random, this.orders) : undefined;
    const orderId = order ?? `fuzz-${this.seed}-${number}`;
    const samples = samplesOf(orderId, this.now);
    const type = pick(this.random, Object.keys(samples) as MessageType[]);
    return { id: `fuzz-${this.seed}-${number}-${this.now}`, type, key: orderId, at: this.now, data: samples[type] };
  }

  #part(): unknown {
    const kind = this.random();
    if (kind < 0.5) return this.#envelope();
    return kind < 0.8 ? mutated(this.#envelope(), this.random) : weirdValue(this.random);
  }
}

/** Undefined is no JSON: then there is nothing in it. */
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? '');
