import type { ConfirmChannel, Message } from 'amqplib';
import { reasonOf } from '../../errors.ts';
import { BrokerClosed, OutcomeUnknown, PublishRefused, Unsendable } from '../errors.ts';
import { type Batch, batchOf, failureOf, type Publication } from './batch.ts';
import { Doubt } from './doubt.ts';
import { Flight } from './flight.ts';
import type { Generation } from './generation.ts';

/** amqplib fails a confirm where the broker said no, and where the channel went away before it said anything. */
const isNack = (failure: unknown): boolean => reasonOf(failure) === 'message nacked';

/**
 * amqplib throws these at a message that does not fit into AMQP, before anything of it is written. At one that comes too late it throws an
 * IllegalOperationError: the channel is closing, which says `fail` in a moment.
 */
const isUnwritable = (thrown: unknown): boolean => thrown instanceof TypeError || thrown instanceof RangeError;

/** Milliseconds between two looks at what is not confirmed. */
const lookEveryMs = 500;

export type Patience = {
  /** Milliseconds a broker may take to confirm while the link is up, default 15,000; after that the link is given up. */
  confirmMs?: number;
  /** Milliseconds a call waits for a link that is down or blocked before it fails, default 5000. */
  stallMs?: number;
  /** A clock that never jumps, milliseconds since any moment; default this process's. */
  elapsed?(): number;
};

/**
 * Publishes on one confirm channel at a time, in the order of the calls, and keeps no more in flight than is good; the rest waits here.
 * It outlives generations: a loss fails the calls that were open, and what is called later waits for the next channel.
 */
export class Publisher {
  #generation: Generation | undefined;
  #channel: ConfirmChannel | undefined;
  /** When the broker last let us write again. */
  #freeSince = 0;
  readonly #confirmMs: number;
  readonly #stallMs: number;
  readonly #elapsed: () => number;
  #watch: NodeJS.Timeout | undefined;
  readonly #doubt: Doubt;
  readonly #flight: Flight<Batch>;
  #writable = true;
  #blocked: string | undefined;
  #closed = false;
  /** Not completely written yet, in order. */
  #waiting: Batch[] = [];
  /** Not settled yet. */
  readonly #open = new Set<Batch>();
  #idle: (() => void)[] = [];

  constructor({ confirmMs = 15_000, stallMs = 5_000, elapsed = () => performance.now() }: Patience = {}) {
    this.#confirmMs = confirmMs;
    this.#stallMs = stallMs;
    this.#elapsed = elapsed;
    this.#doubt = new Doubt(elapsed);
    this.#flight = new Flight(elapsed);
  }

  /** Uses this generation from now on. */
  async attach(generation: Generation): Promise<void> {
    await this.#openOn(generation);
    generation.onLoss((cause) => {
      if (this.#generation === generation) this.#drop(cause);
    });
    generation.onBlocked((reason) => this.#onBlocked(reason));
    this.#onBlocked(undefined);
    clearInterval(this.#watch);
    this.#watch = setInterval(this.#look, lookEveryMs).unref();
  }

  /** A confirm may never come although the link is up: a queue that lost its leader may have forgotten it. */
  readonly #look = (): void => {
    if (this.#blocked !== undefined) return;
    const { stuckSince } = this.#flight;
    if (stuckSince !== undefined && this.#elapsed() - Math.max(stuckSince, this.#freeSince) >= this.#confirmMs)
      this.#generation?.fail(new Error(`The broker has not confirmed a message for ${this.#confirmMs / 1_000} s.`));
    else if (this.#doubt.wearsOff()) this.#pump();
  };

  async #openOn(generation: Generation): Promise<void> {
    const channel = await generation.unlessLost(generation.openConfirmChannel());
    channel.on('drain', () => {
      if (this.#channel !== channel) return;
      this.#writable = true;
      this.#pump();
    });
    channel.on('return', (message) => this.#onReturn(message));
    this.#generation = generation;
    this.#channel = channel;
    this.#doubt.renewed();
    this.#flight.clear();
    this.#writable = true;
  }

  /** Follows the channel by another: a no on it is doubted, and everything on it has landed. */
  async #renew(): Promise<void> {
    const [generation, doubted] = [this.#generation!, this.#channel!];
    this.#channel = undefined; // nothing is written meanwhile
    try {
      await this.#openOn(generation);
    } catch (cause) {
      return generation.fail(cause);
    }
    generation.retire(doubted);
    this.#onBlocked(this.#blocked); // who came meanwhile waits no longer
  }

  /**
   * Resolves when the broker has stored every one.
   * @throws {OutcomeUnknown} the link was lost first, or is down or blocked for too long
   * @throws {PublishRefused} the broker does not take some of them now; where it blocks us, none was sent
   * @throws {Returned} no queue takes some of them
   * @throws {Unsendable} one of them cannot be written; those before it may have been stored
   */
  send(publications: readonly Publication[]): Promise<void> {
    if (this.#closed) return Promise.reject(new BrokerClosed());
    if (publications.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const batch = batchOf(publications, resolve, reject);
      this.#waiting.push(batch);
      this.#open.add(batch);
      this.#flight.expect(batch);
      if (!this.#channel || this.#blocked !== undefined) this.#limit(batch);
      this.#pump();
    });
  }

  /** Resolves when nothing is open any more. */
  idle(): Promise<void> {
    return this.#open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Takes nothing more, and fails what is still open. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    this.#channel = undefined;
    for (const batch of [...this.#open])
      this.#settle(batch, batch.written > 0 ? new OutcomeUnknown() : new BrokerClosed());
  }

  #pump(): void {
    while (this.#channel && !this.#doubt.holds && this.#writable && this.#blocked === undefined) {
      const [batch] = this.#waiting;
      if (!batch) return;
      batch.channel = this.#channel;
      while (batch.written < batch.publications.length) {
        if (this.#flight.isFull || !this.#writable || !this.#channel) return;
        const { exchange, routingKey, content, options } = batch.publications[batch.written]!;
        try {
          this.#writable = this.#channel.publish(exchange, routingKey, content, options, (failure) =>
            this.#onConfirm(batch, content.length, failure),
          );
        } catch (cause) {
          this.#settle(batch, isUnwritable(cause) ? new Unsendable(cause) : new OutcomeUnknown(cause));
          break;
        }
        batch.written++;
        this.#flight.takeOff(batch, content.length);
      }
      if (this.#waiting[0] === batch) this.#waiting.shift();
    }
  }

  #onConfirm(batch: Batch, bytes: number, failure: unknown): void {
    // The last words of a lost channel: `#drop` has settled it, or will in a moment.
    if (batch.channel !== this.#channel || (failure && !isNack(failure))) return;
    this.#flight.land(batch, bytes);
    if (failure) {
      batch.refused = true;
      this.#doubt.refused();
    }
    if (--batch.unconfirmed === 0 && this.#open.has(batch)) this.#settle(batch, failureOf(batch));
    if (this.#doubt.holds && this.#flight.isEmpty) void this.#renew();
    if (this.#waiting.length > 0) this.#pump();
  }

  /** A returned message is confirmed all the same, right afterwards; so its batch is still open. */
  #onReturn({ fields, properties }: Message): void {
    for (const batch of this.#open) {
      const returned = batch.publications.find(
        ({ routingKey, exchange, options }) =>
          options.messageId === properties.messageId &&
          routingKey === fields.routingKey &&
          exchange === fields.exchange,
      );
      if (returned && !batch.returned.includes(returned)) batch.returned.push(returned);
    }
  }

  #onBlocked(reason: string | undefined): void {
    this.#blocked = reason;
    if (reason === undefined) this.#freeSince = this.#elapsed();
    for (const batch of this.#open) {
      if (reason === undefined) clearTimeout(batch.timer);
      else this.#limit(batch);
    }
    this.#pump();
  }

  #limit(batch: Batch): void {
    clearTimeout(batch.timer);
    batch.timer = setTimeout(() => {
      // What is written already the broker may well read and store, once it reads again.
      const refused = this.#blocked !== undefined && batch.written === 0;
      this.#settle(
        batch,
        refused ? new PublishRefused(`it blocks publishers (${this.#blocked})`) : new OutcomeUnknown(),
      );
    }, this.#stallMs);
  }

  /** Fails every open call, also those not written yet: passing them on would overtake those that are sent again. */
  #drop(cause: unknown): void {
    this.#generation = undefined;
    this.#channel = undefined;
    this.#blocked = undefined;
    for (const batch of [...this.#open]) this.#settle(batch, new OutcomeUnknown(cause));
  }

  #settle(batch: Batch, failure: unknown): void {
    if (!this.#open.delete(batch)) return;
    this.#flight.end(batch);
    clearTimeout(batch.timer);
    if (batch.written < batch.publications.length) this.#waiting = this.#waiting.filter((one) => one !== batch);
    if (failure === undefined) batch.resolve();
    else batch.reject(failure);
    if (this.#open.size > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}
