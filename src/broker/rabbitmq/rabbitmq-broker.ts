import type { Answer } from '../../actors/actor.ts';
import { BaedalError } from '../../errors.ts';
import type { Broker, DeadLetter, Delivery, JournalEntry, LinkState, Outgoing, Subscription } from '../broker.ts';
import type { Envelope } from '../envelope.ts';
import { BrokerClosed, OutcomeUnknown, RequestTimedOut, Unroutable } from '../errors.ts';
import type { Topology } from '../topology.ts';
import { workIntake } from './consumer.ts';
import * as deadLetters from './dead-letters.ts';
import { within } from './deadline.ts';
import { declareTopology } from './declare.ts';
import type { Generation } from './generation.ts';
import { Intake, warnOf } from './intake.ts';
import { JournalReader, journalEnd } from './journal.ts';
import { Link } from './link.ts';
import { isRouted, publicationOf } from './outgoing.ts';
import { type Publication, Publisher, Returned } from './publisher.ts';
import { connectUrl, redactUrl } from './redact-url.ts';
import { Answers, Replies } from './replies.ts';

/** Dead letters in hand, at most. */
const exhumePrefetch = 100;
/** Milliseconds until a request is published again that was not confirmed. */
const askAgainMs = 500;

export type RabbitMqOptions = {
  /** `amqp://` or `amqps://`, with user, password and virtual host where they are not the usual ones. */
  url: string;
  topology: Topology;
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds of patience for the first connection, default 5000. */
  connectTimeoutMs?: number;
  /** Milliseconds to wait after queues have been made for the first time, default 2000. */
  settleMs?: number;
  /** Hosts declare `all`, which notices drift, and is the default; short commands only what is missing. */
  declare?: 'all' | 'if-missing';
};

/**
 * Opens the RabbitMQ transport: connected, with every queue in its place.
 * @throws {BrokerUrlInvalid | BrokerUnreachable | BrokerRefused | TopologyDrift}
 */
export async function openRabbitMq(options: RabbitMqOptions): Promise<Broker> {
  const { url, topology, now, connectTimeoutMs = 5_000, settleMs = 2_000 } = options;
  const redactedUrl = redactUrl(url);
  const publisher = new Publisher();
  const answers = new Answers(topology);
  let mode = options.declare ?? 'all';
  const declare = async (generation: Generation) => {
    await declareTopology(generation, topology, { mode, settleMs, redactedUrl });
    mode = 'all'; // whatever cost us the link, a deleted queue say, may have cost more
  };
  const link = await Link.open({ url: connectUrl(url), redactedUrl, connectTimeoutMs, extraSetupMs: settleMs, now }, [
    declare,
    (generation) => publisher.attach(generation),
    answers.attach,
  ]);
  return new RabbitMqBroker(topology, now, link, publisher, answers, declare);
}

class RabbitMqBroker implements Broker {
  readonly topology: Topology;
  readonly #now: () => number;
  readonly #link: Link;
  readonly #publisher: Publisher;
  readonly #answers: Answers;
  readonly #replies: Replies;
  readonly #declare: (generation: Generation) => Promise<void>;
  readonly #intakes = new Set<Intake>();
  readonly #readers = new Set<JournalReader>();
  /** How to fail the requests that wait for an answer. */
  readonly #asking = new Set<(cause: unknown) => void>();
  #listensForReplies: Promise<void> | undefined;
  #declaring: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    topology: Topology,
    now: () => number,
    link: Link,
    publisher: Publisher,
    answers: Answers,
    declare: (generation: Generation) => Promise<void>,
  ) {
    this.topology = topology;
    this.#now = now;
    this.#link = link;
    this.#publisher = publisher;
    this.#answers = answers;
    this.#replies = new Replies(topology);
    this.#declare = declare;
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    this.#mustBeOpen();
    const now = this.#now();
    await this.#store(messages.map((message) => publicationOf(this.topology, message, now)));
  }

  async consume(
    queue: string,
    { prefetch, onDeliveries }: { prefetch: number; onDeliveries(deliveries: Delivery[]): void },
  ): Promise<Subscription> {
    if (!this.topology.queues.some(({ name }) => name === queue))
      throw new TypeError(`The topology has no work queue ${queue}.`);
    const send = (publication: Publication) => this.#store([publication]);
    return this.#subscribe(
      workIntake({ topology: this.topology, queue, prefetch, now: this.#now, onDeliveries, send }),
    );
  }

  async request(envelope: Envelope, timeoutMs: number): Promise<Answer> {
    this.#mustBeOpen();
    return new Promise<Answer>((resolve, reject) => {
      const { replyTo, forget } = this.#replies.expect((answer) => end(() => resolve(answer)));
      const publication = publicationOf(this.topology, { envelope: { ...envelope, replyTo } }, this.#now());
      let again: NodeJS.Timeout | undefined;
      const post = async () => {
        try {
          await this.#store([publication]);
        } catch (cause) {
          if (!(cause instanceof OutcomeUnknown)) fail(cause);
          else if (this.#asking.has(fail) && this.#link.current) again = setTimeout(post, askAgainMs);
        }
      };
      // In each generation anew: the answer may have gone by while nobody listened.
      const attach = async () => void post();
      const fail = (cause: unknown) => end(() => reject(cause));
      const end = (settle: () => void) => {
        clearTimeout(timer);
        clearTimeout(again);
        forget();
        this.#link.detach(attach);
        this.#asking.delete(fail);
        settle();
      };
      const timer = setTimeout(() => fail(new RequestTimedOut(timeoutMs)), timeoutMs);
      this.#asking.add(fail);
      this.#listensForReplies ??= this.#link.attach(this.#replies.attach);
      this.#listensForReplies
        .then(() => {
          if (this.#asking.has(fail)) return this.#link.attach(attach);
        })
        .catch(fail);
    });
  }

  answer(replyTo: string, answer: Answer): void {
    this.#answers.send(replyTo, answer);
  }

  async readJournal(from: number, onEntries: (entries: JournalEntry[]) => void | Promise<void>): Promise<Subscription> {
    this.#mustBeOpen();
    const reader = new JournalReader(this.topology.journal.name, from, onEntries);
    this.#readers.add(reader);
    await this.#link.attach(reader.attach);
    return { stop: () => reader.stop(this.#link) };
  }

  async journalEnd(): Promise<number> {
    this.#mustBeOpen();
    return journalEnd(await this.#link.up(), this.topology, this.#now());
  }

  async bury(letters: readonly DeadLetter[]): Promise<void> {
    this.#mustBeOpen();
    await this.#store(letters.map((letter) => deadLetters.publicationOf(this.topology, letter)));
  }

  async exhume(onLetter: (letter: DeadLetter, ack: () => void) => void): Promise<Subscription> {
    const intake = new Intake(this.topology.deadLetters, exhumePrefetch, (taken) => {
      for (const { message, acks } of taken) {
        try {
          onLetter(deadLetters.letterOf(message, this.#now), () => acks.finish(message.fields.deliveryTag));
        } catch (thrown) {
          warnOf(thrown, 'The reader of dead letters');
        }
      }
    });
    return this.#subscribe(intake);
  }

  onLink(listener: (link: LinkState) => void): () => void {
    return this.#link.onState(listener);
  }

  close(graceMs = 5_000): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  /** Stop taking, ack, await confirms, ack what they allowed, close. */
  async #close(graceMs: number): Promise<void> {
    const deadline = performance.now() + graceMs;
    const left = () => Math.max(100, deadline - performance.now());
    this.#link.stop();
    for (const fail of this.#asking) fail(new BrokerClosed());
    const flush = () => {
      for (const intake of this.#intakes) intake.flush();
    };
    const taking = [...this.#intakes, ...this.#readers];
    await within(Promise.all(taking.map((one) => one.stop(this.#link))), left() / 2, 'Cancelling').catch(() => {});
    flush();
    await within(this.#publisher.idle(), left() / 2, 'Confirming').catch(() => {});
    await new Promise(setImmediate); // whoever awaited those confirms acks now
    flush();
    this.#publisher.close();
    await this.#link.end(left());
  }

  async #subscribe(intake: Intake): Promise<Subscription> {
    this.#mustBeOpen();
    this.#intakes.add(intake);
    await this.#link.attach(intake.attach);
    return { stop: () => intake.stop(this.#link) };
  }

  /** Publishes. What comes back because somebody deleted a queue is published once more, after everything was declared anew. */
  async #store(publications: readonly Publication[]): Promise<void> {
    try {
      await this.#publisher.send(publications);
    } catch (thrown) {
      if (!(thrown instanceof Returned)) throw thrown;
      const lost = thrown.publications.find((publication) => !isRouted(this.topology, publication));
      if (lost) throw new Unroutable(lost.routingKey);
      await this.#redeclare();
      await this.#publisher.send(thrown.publications).catch((again: unknown) => {
        throw again instanceof Returned ? new Unroutable(again.publications[0]!.routingKey) : again;
      });
    }
  }

  #redeclare(): Promise<void> {
    this.#declaring ??= this.#link
      .up()
      .then(this.#declare)
      .catch((cause: unknown) => {
        throw cause instanceof BaedalError ? cause : new OutcomeUnknown(cause);
      })
      .finally(() => {
        this.#declaring = undefined;
      });
    return this.#declaring;
  }

  #mustBeOpen(): void {
    if (this.#closing) throw new BrokerClosed();
  }
}
