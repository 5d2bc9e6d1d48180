import type { Failures } from '../broker.ts';
import type { Envelope } from '../envelope.ts';
import type { Taken } from './intake.ts';

/** A parcel that is being handed out, message by message. It is acked once every one of them is out of hand. */
export class InHand {
  readonly taken: Taken;
  readonly failures: Failures;
  readonly #envelopes: readonly Envelope[];
  /** How many were handed out. */
  #given = 0;
  /** How many are neither acked nor buried yet. */
  #left: number;

  /** @param bad how many messages of it are no envelopes, and are buried meanwhile */
  constructor(taken: Taken, failures: Failures, envelopes: readonly Envelope[], bad: number) {
    this.taken = taken;
    this.failures = failures;
    this.#envelopes = envelopes;
    this.#left = envelopes.length + bad;
  }

  /** Everything in it was handed out. */
  get isGiven(): boolean {
    return this.#given === this.#envelopes.length;
  }

  /** What was handed out of it, or buried, is out of hand. */
  get isIdle(): boolean {
    return this.#left === this.#envelopes.length - this.#given;
  }

  /** The next one to hand out; there must be one. */
  next(): Envelope {
    return this.#envelopes[this.#given++]!;
  }

  /** So many of its messages are out of hand. */
  finish(count: number): void {
    this.#left -= count;
    if (this.#left === 0) this.taken.acks.finish(this.taken.message.fields.deliveryTag);
  }
}
