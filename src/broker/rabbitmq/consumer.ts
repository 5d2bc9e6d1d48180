import type { ConsumeOptions, DeadLetter, Delivery, Failures } from '../broker.ts';
import { unpack } from '../codec.ts';
import { letterAbout } from '../dead-letter.ts';
import type { Envelope } from '../envelope.ts';
import type { Topology } from '../topology.ts';
import { warnOf } from '../warn.ts';
import type { Publication } from './batch.ts';
import * as deadLetters from './dead-letters.ts';
import type { Generation } from './generation.ts';
import { InHand } from './in-hand.ts';
import type { Taken, Taker } from './intake.ts';
import { type Due, delayed, dueIn, failuresIn, type Headers } from './outgoing.ts';
import { putElsewhere } from './put-elsewhere.ts';

export type ConsumerOptions = ConsumeOptions & {
  topology: Topology;
  queue: string;
  now(): number;
  /** Resolves when they are stored. */
  store(publications: readonly Publication[]): Promise<void>;
};

/** Parcels that the broker gives without an ack, at most. */
export const parcelsInHand = 512;

/**
 * Hands out the messages of a work queue: as many as fit in hand, and the rest, in order, when there is room. Buries what is no
 * envelope, and sends timers that came too early up the ladder again.
 *
 * The broker counts parcels and the taker messages, so up to `parcelsInHand` of them wait here, as the bytes they came as: some 32 MB at
 * most, where each is as large as parcels get. Only the one that is being handed out is unpacked.
 */
export class Consumer implements Taker {
  readonly #options: ConsumerOptions;
  /** The one that what is below belongs to. What an earlier one brought comes again. */
  #generation: Generation | undefined;
  #waiting: Taken[] = [];
  /** Handed out in part: there was no room for the rest. */
  #open: InHand | undefined;
  /** Messages that were handed out and not acked. */
  #inHand = 0;
  #scheduled = false;
  #stopped = false;

  constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  take(taken: Taken[]): void {
    this.#keep(taken);
    this.#handOut();
  }

  giveBack(taken: Taken[]): void {
    this.#stopped = true;
    this.#keep(taken);
    this.#giveRestBack();
  }

  #keep(taken: Taken[]): void {
    const generation = taken[0]?.generation;
    if (generation && generation !== this.#generation) {
      const isFirst = this.#generation === undefined;
      this.#generation = generation;
      this.#waiting = [];
      this.#open = undefined;
      this.#inHand = 0;
      if (!isFirst) this.#options.onLoss?.();
    }
    this.#waiting.push(...taken);
  }

  readonly #handOut = (): void => {
    this.#scheduled = false;
    if (this.#stopped || !this.#generation?.alive) return;
    const { queue, prefetch, onDeliveries } = this.#options;
    const deliveries: Delivery[] = [];
    while (this.#inHand < prefetch) {
      this.#open ??= this.#openNext();
      if (!this.#open) break;
      deliveries.push(this.#deliveryOf(this.#open.next(), this.#open));
      this.#inHand++;
      if (this.#open.isGiven) this.#open = undefined;
    }
    if (deliveries.length === 0) return;
    try {
      onDeliveries(deliveries);
    } catch (thrown) {
      warnOf(thrown, `The consumer of ${queue}`); // they stay in hand
    }
  };

  /** The next parcel that has something to hand out. */
  #openNext(): InHand | undefined {
    for (let taken = this.#waiting.shift(); taken; taken = this.#waiting.shift()) {
      const headers = taken.message.properties.headers as Headers | undefined;
      const when = dueIn(headers);
      const failures = failuresIn(headers);
      if (when && when.due > this.#options.now()) {
        void this.#sendOn(taken, when, failures);
        continue;
      }
      const envelopes: Envelope[] = [];
      const letters: DeadLetter[] = [];
      for (const one of unpack(taken.message.content)) {
        if ('envelope' in one) envelopes.push(one.envelope);
        else letters.push(letterAbout(one, failures, { queue: this.#options.queue, at: this.#options.now() }));
      }
      const parcel = new InHand(taken, failures, envelopes, letters.length);
      if (letters.length > 0) void this.#bury(parcel, letters);
      if (envelopes.length > 0) return parcel;
    }
    return undefined;
  }

  /** `ack` may be called on its own, without the delivery. */
  #deliveryOf(envelope: Envelope, parcel: InHand): Delivery {
    let acked = false;
    const ack = (): void => {
      if (acked) return;
      acked = true;
      this.#finish(parcel, 1);
      if (parcel.taken.generation !== this.#generation) return;
      this.#inHand--;
      if (this.#scheduled || (!this.#open && this.#waiting.length === 0)) return;
      this.#scheduled = true;
      setImmediate(this.#handOut);
    };
    return { envelope, ...parcel.failures, ack };
  }

  #finish(parcel: InHand, count: number): void {
    parcel.finish(count);
    if (this.#stopped && parcel === this.#open) this.#giveRestBack();
  }

  /**
   * A parcel of which something is still in hand, and the rest of it waits here, goes back whole once that is out of hand; and what is
   * behind it not before it, so that no message overtakes another of its order.
   */
  #giveRestBack(): void {
    if (this.#open && !this.#open.isIdle) return;
    const rest = this.#open ? [this.#open.taken, ...this.#waiting] : this.#waiting;
    this.#open = undefined;
    this.#waiting = [];
    for (const { message, acks } of rest) acks.giveBack(message.fields.deliveryTag);
  }

  /** Until they are buried their parcel is not acked. */
  async #bury(parcel: InHand, letters: readonly DeadLetter[]): Promise<void> {
    const { topology, store } = this.#options;
    const publications = letters.map((letter) => deadLetters.publicationOf(topology, letter));
    if (await putElsewhere(parcel.taken.generation, () => store(publications))) this.#finish(parcel, letters.length);
  }

  /** One rung on: all of a parcel is due together. */
  async #sendOn({ message, acks, generation }: Taken, when: Due, failures: Failures): Promise<void> {
    const { topology, queue, now, store } = this.#options;
    const { content, properties, fields } = message;
    const again = () => delayed(topology, { queue, content, id: properties.messageId, failures, when, now: now() });
    if (await putElsewhere(generation, () => store([again()]))) acks.finish(fields.deliveryTag);
  }
}
