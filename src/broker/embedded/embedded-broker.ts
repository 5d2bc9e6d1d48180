import { join } from 'node:path';
import type { Answer } from '../../actors/actor.ts';
import { type Database, openDatabase } from '../../sqlite/open-database.ts';
import type {
  Broker,
  ConsumeOptions,
  DeadLetter,
  Delivery,
  JournalEntry,
  LinkState,
  Outgoing,
  QueueDepth,
  Subscription,
} from '../broker.ts';
import { type Body, unpack } from '../codec.ts';
import { letterAbout, letterIn, textOf } from '../dead-letter.ts';
import type { Envelope } from '../envelope.ts';
import { BrokerClosed } from '../errors.ts';
import { countedQueues, type Topology } from '../topology.ts';
import { Broadcasts } from './broadcasts.ts';
import { Consumer, type ConsumerOptions, type Parts } from './consumer.ts';

import { JournalReader } from './journal-reader.ts';
import { Link } from './link.ts';
import { Logs } from './logs.ts';
import { maxQueueLength, Publisher } from './publisher.ts';
import { Requests } from './requests.ts';
import { schema } from './schema.ts';
import { WakeUp } from './wake-up.ts';
import { Writer } from './writer.ts';

export type EmbeddedOptions = {
  /** Holds broker.sqlite and what belongs to it. Made with mode 0700 where missing. On a disk of this machine, not a network one. */
  folder: string;
  topology: Topology;
  /** Epoch milliseconds. */
  now(): number;
  /**
   * How many entries a queue holds before it refuses more, delayed ones too. Messages that were published together and go the same
   * way are one entry. Default 1,000,000.
   */
  maxQueueLength?: number;
};

/**
 * Opens the broker that needs no server: a SQLite file which any number of processes on this machine share.
 * @throws {DatabaseDamaged | DatabaseNewer | DatabaseNotWritable | DatabaseBusy | DatabaseDiskFailed}
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Broker> {
  const db = openDatabase(join(options.folder, 'broker.sqlite'), { schema });
  try {
    return new EmbeddedBroker(db, options);
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

/** How many dead letters are in hand at once. */
const deadPrefetch = 100;

class EmbeddedBroker implements Broker {
  readonly topology: Topology;
  readonly #folder: string;
  readonly #parts: Parts;
  readonly #link: Link;
  readonly #publisher: Publisher;
  readonly #requests: Requests;
  readonly #broadcasts: Broadcasts;
  readonly #consumers = new Set<Pick<Consumer<unknown>, 'stop' | 'close'>>();
  readonly #readers = new Set<JournalReader>();
  #closed = false;

  constructor(db: Database, { folder, topology, now, maxQueueLength: maxLength = maxQueueLength }: EmbeddedOptions) {
    this.topology = topology;
    this.#folder = folder;
    this.#link = new Link(now);
    const logs = new Logs(db, topology);
    const wakeUp = new WakeUp(db, folder);
    const writer = new Writer(db, logs, wakeUp, this.#link.set);
    this.#parts = { db, logs, writer, wakeUp, now };
    this.#publisher = new Publisher(topology, logs, writer, now, maxLength);
    this.#requests = new Requests(db, writer, wakeUp, now);
    this.#broadcasts = new Broadcasts(this.#parts, topology.prefix);
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    this.#checkOpen();
    await this.#publisher.publish(messages);
  }

  async consume(queue: string, { prefetch, onDeliveries }: ConsumeOptions): Promise<Subscription> {
    this.#checkOpen();
    return this.#take<Delivery>(queue, prefetch, {
      open: ({ attempt, failingSince, body }, inHand) => {
        const messages: Delivery[] = [];
        const letters: string[] = [];
        const failures = failingSince === null ? { attempt } : { attempt, failingSince };
        for (const one of unpack(body)) {
          if ('envelope' in one) {
            messages.push({ envelope: one.envelope, ...failures, ack: inHand() });
            continue;
          }
          letters.push(textOf(letterAbout(one, failures, { queue, at: this.#parts.now() })));
        }
        return { messages, letters };
      },
      onMessages: onDeliveries,
    });
  }

  async request(envelope: Envelope, timeoutMs: number): Promise<Answer> {
    this.#checkOpen();
    return this.#requests.request(envelope, timeoutMs, (asking) => this.#publisher.publish([{ envelope: asking }]));
  }

  answer(replyTo: string, answer: Answer): void {
    this.#requests.answer(replyTo, answer);
  }

  async readJournal(from: number, onEntries: (entries: JournalEntry[]) => void | Promise<void>): Promise<Subscription> {
    this.#checkOpen();
    const { db, logs, wakeUp } = this.#parts;
    const reader = new JournalReader(db, wakeUp, logs.idOf(this.topology.journal.name), from, onEntries);
    this.#readers.add(reader);
    return {
      stop: async () => {
        this.#readers.delete(reader);
        reader.stop();
      },
    };
  }

  async journalEnd(): Promise<number> {
    this.#checkOpen();
    const { logs } = this.#parts;
    return logs.nextOf(logs.idOf(this.topology.journal.name));
  }

  async bury(letters: readonly DeadLetter[]): Promise<void> {
    this.#checkOpen();
    await this.#publisher.append(this.#parts.logs.idOf(this.topology.deadLetters), letters.map(textOf));
  }

  async exhume(onLetter: (letter: DeadLetter, ack: () => void) => void): Promise<Subscription> {
    return this.#take<[DeadLetter, () => void]>(this.topology.deadLetters, deadPrefetch, {
      open: ({ body }, inHand) => ({
        messages: [[letterIn(body.toString()) ?? unreadable(body), inHand()]],
        letters: [],
      }),
      onMessages: (messages) => {
        for (const [letter, ack] of messages) onLetter(letter, ack);
      },
    });
  }

  broadcast(body: object): void {
    this.#broadcasts.send(body);
  }

  async onBroadcast(listener: (body: unknown) => void): Promise<Subscription> {
    this.#checkOpen();
    return this.#broadcasts.listen(listener);
  }

  async depths(): Promise<QueueDepth[]> {
    this.#checkOpen();
    const { logs } = this.#parts;
    return countedQueues(this.topology).map((queue) => ({ ...queue, waiting: logs.waitingIn(logs.idOf(queue.queue)) }));
  }

  onLink(listener: (link: LinkState) => void): () => void {
    return this.#link.on(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { db, writer, wakeUp } = this.#parts;
    for (const reader of this.#readers) reader.stop();
    for (const consumer of this.#consumers) consumer.stop();
    writer.flush();
    this.#requests.close();
    this.#broadcasts.close();
    for (const consumer of this.#consumers) consumer.close();
    wakeUp.close();
    db.close();
  }

  #take<M>(queue: string, prefetch: number, how: Pick<ConsumerOptions<M>, 'open' | 'onMessages'>): Subscription {
    this.#checkOpen();
    const { logs } = this.#parts;
    const consumer = new Consumer<M>(this.#parts, {
      ...how,
      log: logs.idOf(queue),
      deadLetters: logs.idOf(this.topology.deadLetters),
      lockPath: join(this.#folder, 'locks', `${encodeURIComponent(queue)}.lock`),
      prefetch,
    });
    this.#consumers.add(consumer);
    return { stop: async () => consumer.stop() };
  }

  #checkOpen(): void {
    if (this.#closed) throw new BrokerClosed();
  }
}

/** What is no dead letter comes as a letter about itself: it must not stop those behind it. */
const unreadable = (body: Body): DeadLetter => ({
  queue: '',
  reason: 'This dead letter itself cannot be read.',
  attempts: 0,
  at: 0,
  body: body.toString(),
});
