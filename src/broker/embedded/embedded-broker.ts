import { join } from 'node:path';
import type { Answer } from '../../actors/actor.ts';
import { reasonOf } from '../../errors.ts';
import { type Database, openDatabase } from '../../sqlite/open-database.ts';
import type { Broker, DeadLetter, Delivery, JournalEntry, LinkState, Outgoing, Subscription } from '../broker.ts';
import { decode } from '../codec.ts';
import type { Envelope } from '../envelope.ts';
import { BrokerClosed } from '../errors.ts';
import type { Topology } from '../topology.ts';
import { Consumer, type Parts } from './consumer.ts';
import { letterIn, letterOf } from './dead-letter.ts';
import { JournalReader } from './journal-reader.ts';
import { Link } from './link.ts';
import { Logs, type Row } from './logs.ts';
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
  /** How many messages a queue holds before it refuses more, delayed ones too. Default 1,000,000. */
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
  readonly #consumers = new Set<Consumer>();
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
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    this.#checkOpen();
    await this.#publisher.publish(messages);
  }

  async consume(
    queue: string,
    { prefetch, onDeliveries }: { prefetch: number; onDeliveries(deliveries: Delivery[]): void },
  ): Promise<Subscription> {
    this.#checkOpen();
    const deadLetters = this.#parts.logs.idOf(this.topology.deadLetters);
    return this.#take(queue, prefetch, (rows, consumer) => {
      const deliveries: Delivery[] = [];
      for (const { place, attempt, body } of rows) {
        let envelope: Envelope;
        try {
          envelope = decode(body);
        } catch (thrown) {
          const at = this.#parts.now();
          const letter = { queue, reason: reasonOf(thrown), attempts: attempt, at, body: body.toString() };
          consumer.bury(place, deadLetters, letterOf(letter));
          continue;
        }
        deliveries.push({ envelope, attempt, ack: once(() => consumer.ack(place)) });
      }
      if (deliveries.length > 0) onDeliveries(deliveries);
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
    await this.#publisher.append(this.#parts.logs.idOf(this.topology.deadLetters), letters.map(letterOf));
  }

  async exhume(onLetter: (letter: DeadLetter, ack: () => void) => void): Promise<Subscription> {
    return this.#take(this.topology.deadLetters, deadPrefetch, (rows, consumer) => {
      for (const { place, body } of rows)
        onLetter(
          letterIn(body),
          once(() => consumer.ack(place)),
        );
    });
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
    for (const consumer of this.#consumers) consumer.close();
    wakeUp.close();
    db.close();
  }

  #take(queue: string, prefetch: number, onRows: (rows: Row[], consumer: Consumer) => void): Subscription {
    this.#checkOpen();
    const consumer: Consumer = new Consumer(this.#parts, {
      log: this.#parts.logs.idOf(queue),
      lockPath: join(this.#folder, 'locks', `${encodeURIComponent(queue)}.lock`),
      prefetch,
      onRows: (rows) => onRows(rows, consumer),
    });
    this.#consumers.add(consumer);
    return { stop: async () => consumer.stop() };
  }

  #checkOpen(): void {
    if (this.#closed) throw new BrokerClosed();
  }
}

function once(act: () => void): () => void {
  let acted = false;
  return () => {
    if (acted) return;
    acted = true;
    act();
  };
}
