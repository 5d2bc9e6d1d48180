import type { Answer } from '../../actors/actor.ts';
import type {
  Broker,
  ConsumeOptions,
  DeadLetter,
  JournalEntry,
  LinkState,
  Outgoing,
  QueueDepth,
  Subscription,
} from '../broker.ts';
import type { Envelope } from '../envelope.ts';
import { BrokerClosed } from '../errors.ts';
import { pack } from '../parcels.ts';
import type { Topology } from '../topology.ts';
import { AnswerSender } from './answers.ts';
import { BroadcastReader, broadcast } from './broadcasts.ts';
import { connectUrls, redactUrl } from './broker-url.ts';
import { Consumer, parcelsInHand } from './consumer.ts';
import * as deadLetters from './dead-letters.ts';
import { within } from './deadline.ts';
import { declareTopology } from './declare.ts';
import { depths } from './depths.ts';
import type { Generation } from './generation.ts';
import { Intake } from './intake.ts';
import { JournalReader } from './journal.ts';
import { journalEnd } from './journal-end.ts';
import { Link } from './link.ts';
import { LossyChannel } from './lossy-channel.ts';
import { publicationOf } from './outgoing.ts';
import { Publishers } from './publishers.ts';
import { Requests } from './requests.ts';
import { Storage } from './storage.ts';
import { Subscriptions } from './subscriptions.ts';

/** Dead letters in hand, at most. */
const exhumePrefetch = 100;

export type RabbitMqOptions = {
  /** `amqp://` or `amqps://`, with user, password and virtual host where they are not the usual ones; the hosts of a cluster with commas. */
  url: string;
  topology: Topology;
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds of patience for the first connection, default 5000. */
  connectTimeoutMs?: number;
  /** Milliseconds to wait after queues have been made for the first time, default 2000. */
  settleMs?: number;
  /** Milliseconds a broker may take to confirm a message while the link is up, default 15,000; then the link is made anew. */
  confirmPatienceMs?: number;
  /** Hosts declare `all`, which notices drift, and is the default; short commands only what is missing. */
  declare?: 'all' | 'if-missing';
  /** Names the data folder of a host, so that hosts on other data are turned away. Default: not looked at. */
  home?: string;
};

/**
 * Opens the RabbitMQ transport: connected, with every queue in its place.
 * @throws {BrokerUrlInvalid | BrokerUnreachable | BrokerRefused | TopologyDrift | OtherHome}
 */
export async function openRabbitMq(options: RabbitMqOptions): Promise<Broker> {
  const { url, topology, now, connectTimeoutMs = 5_000, settleMs = 2_000, confirmPatienceMs } = options;
  const redactedUrl = redactUrl(url);
  const publishers = new Publishers(topology, confirmPatienceMs === undefined ? {} : { confirmMs: confirmPatienceMs });
  const lossy = new LossyChannel();
  let mode = options.declare ?? 'all';
  const declare = async (generation: Generation) => {
    await declareTopology(generation, topology, {
      mode,
      settleMs,
      redactedUrl,
      ...(options.home !== undefined && { home: options.home }),
    });
    mode = 'all'; // whatever cost us the link, a deleted queue say, may have cost more
  };
  const link = await Link.open({ urls: connectUrls(url), redactedUrl, connectTimeoutMs, extraSetupMs: settleMs, now }, [
    declare,
    (generation) => publishers.attach(generation),
    lossy.attach,
  ]);
  return new RabbitMqBroker(topology, now, link, publishers, lossy, declare);
}

class RabbitMqBroker implements Broker {
  readonly topology: Topology;
  readonly #now: () => number;
  readonly #link: Link;
  readonly #publishers: Publishers;
  readonly #lossy: LossyChannel;
  readonly #storage: Storage;
  readonly #requests: Requests;
  readonly #answers: AnswerSender;
  readonly #subscriptions: Subscriptions;
  #closing: Promise<void> | undefined;

  constructor(
    topology: Topology,
    now: () => number,
    link: Link,
    publishers: Publishers,
    lossy: LossyChannel,
    declare: (generation: Generation) => Promise<void>,
  ) {
    this.topology = topology;
    this.#now = now;
    this.#link = link;
    this.#publishers = publishers;
    this.#lossy = lossy;
    this.#storage = new Storage(topology, link, publishers, declare);
    this.#requests = new Requests(topology, now, link, this.#storage);
    this.#answers = new AnswerSender(topology, lossy);
    this.#subscriptions = new Subscriptions(link);
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    this.#mustBeOpen();
    const now = this.#now();
    const parcels = pack(this.topology, messages);
    await this.#storage.store(parcels.map((parcel) => publicationOf(this.topology, parcel, now)));
  }

  async consume(queue: string, options: ConsumeOptions): Promise<Subscription> {
    this.#mustBeOpen();
    if (!this.topology.queues.some(({ name }) => name === queue))
      throw new TypeError(`The topology has no work queue ${queue}.`);
    const { store } = this.#storage;
    const consumer = new Consumer({ ...options, topology: this.topology, queue, now: this.#now, store });
    return this.#subscriptions.add(new Intake(queue, Math.min(options.prefetch, parcelsInHand), consumer));
  }

  async request(envelope: Envelope, timeoutMs: number): Promise<Answer> {
    this.#mustBeOpen();
    return this.#requests.ask(envelope, timeoutMs);
  }

  answer(replyTo: string, answer: Answer): void {
    this.#answers.send(replyTo, answer);
  }

  async readJournal(from: number, onEntries: (entries: JournalEntry[]) => void | Promise<void>): Promise<Subscription> {
    this.#mustBeOpen();
    return this.#subscriptions.add(new JournalReader(this.topology.journal.name, from, onEntries));
  }

  async journalEnd(): Promise<number> {
    this.#mustBeOpen();
    return journalEnd(await this.#link.up(), this.topology, this.#now());
  }

  async bury(letters: readonly DeadLetter[]): Promise<void> {
    this.#mustBeOpen();
    await this.#storage.store(letters.map((letter) => deadLetters.publicationOf(this.topology, letter)));
  }

  async exhume(onLetter: (letter: DeadLetter, ack: () => void) => void): Promise<Subscription> {
    this.#mustBeOpen();
    const exhumer = deadLetters.exhumer(this.#now, onLetter);
    return this.#subscriptions.add(new Intake(this.topology.deadLetters, exhumePrefetch, exhumer));
  }

  broadcast(body: object): void {
    broadcast(this.#lossy, this.topology, body);
  }

  async onBroadcast(listener: (body: unknown) => void): Promise<Subscription> {
    this.#mustBeOpen();
    return this.#subscriptions.add(new BroadcastReader(this.topology, listener));
  }

  async depths(): Promise<QueueDepth[]> {
    this.#mustBeOpen();
    return depths(this.#link, this.topology);
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
    this.#requests.fail(new BrokerClosed());
    await within(this.#subscriptions.stop(), left() / 2, 'Cancelling').catch(() => {});
    this.#subscriptions.flush();
    await within(this.#publishers.idle(), left() / 2, 'Confirming').catch(() => {});
    await new Promise(setImmediate); // whoever awaited those confirms acks now
    this.#subscriptions.flush();
    this.#publishers.close();
    await this.#link.end(left());
  }

  #mustBeOpen(): void {
    if (this.#closing) throw new BrokerClosed();
  }
}
