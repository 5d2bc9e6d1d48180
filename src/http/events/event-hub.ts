import type { Writable } from 'node:stream';
import { eventNumbered, eventsOf, eventsSince, lastEvent } from '../../readmodel/list-events.ts';
import type { Database } from '../../sqlite/open-database.ts';
import { HttpError } from '../http-error.ts';
import { EventStream, type Reader } from './event-stream.ts';

/** Where the hub looks. */
export type EventSource = {
  read<T>(question: (db: Database) => T): T;
  /** Another text whenever there may be something new to read. */
  version(): string;
  /** Epoch milliseconds. */
  now(): number;
};

export type EventHubOptions = {
  /** How often to look, milliseconds. Default 100. */
  lookEveryMs?: number;
  /** How often each reader hears that we are still here, milliseconds. Default 15_000. */
  beatEveryMs?: number;
  /** Streams at once, at most. Default 1_000. */
  most?: number;
  /** Streams at once for one reader. Default 50. */
  mostEach?: number;
};

/** Events looked at in one go. */
const atOnce = 5_000;

/** Everybody who follows an order, with one look at the read model for all of them. While nobody follows, nobody looks. */
export class EventHub {
  readonly #source: EventSource;
  readonly #options: Required<EventHubOptions>;
  readonly #streams = new Map<string, Set<EventStream>>();
  /** How many streams each reader has who has a name. */
  readonly #ofReader = new Map<string, number>();
  #size = 0;
  #timers: NodeJS.Timeout[] = [];
  #closed = false;
  #version = '';
  /** The last event that everybody was offered. */
  #last = { eventNo: 0, id: '' };

  constructor(source: EventSource, options: EventHubOptions = {}) {
    this.#source = source;
    this.#options = { lookEveryMs: 100, beatEveryMs: 15_000, most: 1_000, mostEach: 50, ...options };
  }

  /** How many streams are open. */
  get size(): number {
    return this.#size;
  }

  /** @throws {HttpError} 503 where nobody more can be taken, 429 where this reader has too many already */
  mustHaveRoom({ name }: Reader): void {
    if (this.#closed)
      throw new HttpError(503, 'stopping', 'This service is stopping. Try again in a moment.', { retryAfterMs: 1_000 });
    if (name !== undefined && (this.#ofReader.get(name) ?? 0) >= this.#options.mostEach)
      throw new HttpError(429, 'too-many-streams', 'You follow too many orders at once. Close some of them.', {
        retryAfterMs: 5_000,
      });
    if (this.#size < this.#options.most) return;
    throw new HttpError(503, 'too-many-streams', 'Too many follow their orders here. Try again in a moment.', {
      retryAfterMs: 5_000,
    });
  }

  /**
   * Sends an order's events to `out`: those after event `after`, or from the first one where there is no such event, and then those that
   * come. It ends by itself when the order is over, when `out` is closed, or when the reader's time is up.
   */
  open(orderId: string, after: string | undefined, reader: Reader, out: Writable): void {
    if (out.destroyed) return; // whoever asked went away meanwhile, and its `close` is over
    const stream = new EventStream(orderId, reader, out);
    // From here on it is offered what is new, so that nothing falls between that and what is read of the past.
    this.#add(stream);
    out.once('close', () => this.#remove(stream));
    try {
      const past = this.#source.read((db) => eventsOf(db, orderId));
      const seen = past.findIndex(({ id }) => id === after);
      for (const event of past.slice(0, seen + 1)) stream.skip(event);
      for (const event of past.slice(seen + 1)) stream.offer(event);
      stream.goLive();
    } catch (error) {
      this.#remove(stream);
      throw error;
    }
    if (stream.endIfOver()) this.#remove(stream);
  }

  /** Ends every stream, and takes no more. Who reads on comes again, to whoever is there then. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#all()) {
      stream.end();
      this.#remove(stream);
    }
  }

  #add(stream: EventStream): void {
    if (this.#size === 0) this.#start();
    const ofOrder = this.#streams.get(stream.orderId) ?? new Set();
    this.#streams.set(stream.orderId, ofOrder.add(stream));
    this.#size++;
    this.#count(stream.reader, 1);
  }

  #remove(stream: EventStream): void {
    const ofOrder = this.#streams.get(stream.orderId);
    if (!ofOrder?.delete(stream)) return;
    if (ofOrder.size === 0) this.#streams.delete(stream.orderId);
    this.#size--;
    this.#count(stream.reader, -1);
    if (this.#size === 0) this.#stop();
  }

  #count({ name }: Reader, by: number): void {
    if (name === undefined) return;
    const streams = (this.#ofReader.get(name) ?? 0) + by;
    if (streams > 0) this.#ofReader.set(name, streams);
    else this.#ofReader.delete(name);
  }

  #start(): void {
    this.#version = this.#source.version();
    this.#last = this.#source.read(lastEvent);
    this.#timers = [
      setInterval(() => this.#look(), this.#options.lookEveryMs),
      setInterval(() => this.#beat(), this.#options.beatEveryMs),
    ];
  }

  #stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  #look(): void {
    const now = this.#source.now();
    for (const stream of this.#all()) {
      if (now < stream.reader.expiresAt) continue;
      stream.end();
      this.#remove(stream);
    }
    try {
      const version = this.#source.version();
      if (version === this.#version) return;
      this.#source.read((db) => this.#offerNews(db));
      this.#version = version;
    } catch {
      // It cannot be read just now, which readiness tells. It is looked at again, and nothing is lost by it.
    }
  }

  #offerNews(db: Database): void {
    // A read model that was made anew may count otherwise: then everybody is offered everything, and gets what is new.
    const asBefore = this.#last.eventNo === 0 || eventNumbered(db, this.#last.eventNo) === this.#last.id;
    if (!asBefore) {
      this.#last = lastEvent(db);
      for (const stream of this.#all()) for (const event of eventsOf(db, stream.orderId)) stream.offer(event);
    }
    const isWanted = (orderId: string) => this.#streams.has(orderId);
    for (;;) {
      const { events, last, more } = eventsSince(db, this.#last.eventNo, isWanted, atOnce);
      for (const event of events) for (const stream of this.#streams.get(event.key) ?? []) stream.offer(event);
      if (last > this.#last.eventNo) this.#last = { eventNo: last, id: eventNumbered(db, last)! };
      if (!more) break;
    }
    for (const stream of this.#all()) if (stream.endIfOver()) this.#remove(stream);
  }

  #beat(): void {
    for (const stream of this.#all()) stream.beat();
  }

  #all(): EventStream[] {
    return [...this.#streams.values()].flatMap((ofOrder) => [...ofOrder]);
  }
}
