import type { ConfirmChannel, Message, Options } from 'amqplib';
import { BrokerClosed, OutcomeUnknown, PublishRefused } from '../errors.ts';
import type { Generation } from './generation.ts';

/** Messages on their way without a confirm, at most. What is more waits here. */
const windowSize = 4_096;
/** Milliseconds a call waits for a link that is down or blocked before it fails. */
const stallPatienceMs = 5_000;

/** One message as AMQP sees it. */
export type Publication = { exchange: string; routingKey: string; content: Buffer; options: Options.Publish };

/** These came back: no queue took them. The others of the call are stored. */
export class Returned extends Error {
  constructor(readonly publications: Publication[]) {
    super(`${publications.length} messages were returned`);
  }
}

/** The messages of one call. */
type Batch = {
  publications: readonly Publication[];
  /** What it was written to: never more than one, for a loss fails it. */
  channel?: ConfirmChannel;
  /** How many were written to the channel. */
  written: number;
  /** How many of them are not confirmed yet. */
  unconfirmed: number;
  returned: Publication[];
  refused: boolean;
  onConfirm(failure: unknown): void;
  resolve(): void;
  reject(cause: unknown): void;
  timer?: NodeJS.Timeout;
};

/**
 * Publishes on one confirm channel at a time, in the order of the calls, and keeps at most a window of messages in flight.
 * It outlives generations: a loss fails the calls that were open, and what is called later waits for the next channel.
 */
export class Publisher {
  #channel: ConfirmChannel | undefined;
  #inFlight = 0;
  #writable = true;
  #blocked: string | undefined;
  #closed = false;
  /** Not completely written yet, in order. */
  #waiting: Batch[] = [];
  /** Not completely confirmed yet. */
  readonly #open = new Set<Batch>();
  #idle: (() => void)[] = [];

  /** Uses this generation from now on. */
  async attach(generation: Generation): Promise<void> {
    const channel = await generation.openConfirmChannel();
    generation.onLoss((cause) => this.#drop(channel, cause));
    channel.on('drain', () => {
      if (this.#channel !== channel) return;
      this.#writable = true;
      this.#pump();
    });
    channel.on('return', (message) => this.#onReturn(message));
    generation.onBlocked((reason) => this.#onBlocked(reason));
    this.#channel = channel;
    this.#inFlight = 0;
    this.#writable = true;
    this.#onBlocked(undefined);
  }

  /**
   * Resolves when the broker has stored every one.
   * @throws {OutcomeUnknown} the link was lost first, or is down for too long
   * @throws {PublishRefused} the broker does not take some of them now
   * @throws {Returned} no queue takes some of them
   */
  send(publications: readonly Publication[]): Promise<void> {
    if (this.#closed) return Promise.reject(new BrokerClosed());
    if (publications.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const batch: Batch = {
        publications,
        written: 0,
        unconfirmed: publications.length,
        returned: [],
        refused: false,
        onConfirm: (failure) => this.#onConfirm(batch, failure),
        resolve,
        reject,
      };
      this.#waiting.push(batch);
      this.#open.add(batch);
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
    this.#channel = undefined;
    for (const batch of [...this.#open])
      this.#settle(batch, batch.written > 0 ? new OutcomeUnknown() : new BrokerClosed());
  }

  #pump(): void {
    while (this.#channel && this.#writable && this.#blocked === undefined) {
      const [batch] = this.#waiting;
      if (!batch) return;
      batch.channel = this.#channel;
      while (batch.written < batch.publications.length) {
        if (this.#inFlight >= windowSize || !this.#writable || !this.#channel) return;
        const { exchange, routingKey, content, options } = batch.publications[batch.written]!;
        try {
          this.#writable = this.#channel.publish(exchange, routingKey, content, options, batch.onConfirm);
        } catch (cause) {
          // The channel is closing, which says `fail` in a moment, or amqplib cannot write this message.
          this.#settle(batch, new OutcomeUnknown(cause));
          break;
        }
        batch.written++;
        this.#inFlight++;
      }
      if (this.#waiting[0] === batch) this.#waiting.shift();
    }
  }

  #onConfirm(batch: Batch, failure: unknown): void {
    if (batch.channel !== this.#channel) return; // the last words of a lost channel; `#drop` has settled it
    this.#inFlight--;
    if (failure) batch.refused = true;
    if (--batch.unconfirmed === 0 && this.#open.has(batch)) this.#settle(batch, outcomeOf(batch));
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
    for (const batch of this.#open) {
      if (reason === undefined) clearTimeout(batch.timer);
      else this.#limit(batch);
    }
    this.#pump();
  }

  #limit(batch: Batch): void {
    clearTimeout(batch.timer);
    batch.timer = setTimeout(() => {
      const blocked = this.#blocked;
      this.#settle(
        batch,
        blocked === undefined ? new OutcomeUnknown() : new PublishRefused(`it blocks publishers (${blocked})`),
      );
    }, stallPatienceMs);
  }

  /** Fails every open call, also those not written yet: passing them on would overtake those that are sent again. */
  #drop(channel: ConfirmChannel, cause: unknown): void {
    if (this.#channel !== channel) return;
    this.#channel = undefined;
    this.#blocked = undefined;
    for (const batch of [...this.#open]) this.#settle(batch, new OutcomeUnknown(cause));
  }

  #settle(batch: Batch, failure: unknown): void {
    if (!this.#open.delete(batch)) return;
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

function outcomeOf({ refused, returned }: Batch): unknown {
  if (refused) return new PublishRefused('a queue is full');
  return returned.length > 0 ? new Returned(returned) : undefined;
}
