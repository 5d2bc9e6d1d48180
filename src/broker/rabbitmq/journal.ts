import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { JournalEntry } from '../broker.ts';
import { unpackJournal } from '../codec.ts';
import { warnOf } from '../warn.ts';
import type { Generation } from './generation.ts';
import type { Link } from './link.ts';

/** Parcels read ahead, at most, as the bytes they came as: some 32 MB where each is as large as parcels get. */
const prefetch = 500;
/** So many are acked together: the journal loses nothing by an ack, it only makes room for more. For each the broker looks for more to give. */
const ackedTogether = prefetch / 4;
/** Entries given together; a parcel is never split, so its own may come on top. */
const entriesAtOnce = 2_000;
/** Milliseconds until entries are given again whose taker failed. */
const againMs = 1_000;
/** Milliseconds without an entry after which the subscription is doubted, and is followed by another. */
const quietMs = 10_000;

/** Where in the journal it lies. */
export const offsetOf = (message: ConsumeMessage): number =>
  Number(message.properties.headers?.['x-stream-offset'] ?? 0);

/**
 * Follows the journal from an offset on, through all generations. Where the journal got another leader, a subscription of RabbitMQ may stay
 * and give nothing any more; so one that is quiet is followed by another, on a channel of its own, from where it has got to.
 */
export class JournalReader {
  readonly #queue: string;
  readonly #onEntries: (entries: JournalEntry[]) => void | Promise<void>;
  readonly #quietMs: number;
  /** The lowest offset not given and taken yet. */
  #next: number;
  #stopped = false;
  /** The one that counts. */
  #channel: Channel | undefined;
  /** When something came last, or was begun with, by `performance.now()`. */
  #heardAt = 0;
  #watch: NodeJS.Timeout | undefined;
  /** Set while entries are being taken. */
  #giving: Promise<void> | undefined;
  #leave: (() => Promise<void>) | undefined;

  /** @param quiet milliseconds until a quiet subscription is doubted, default 10,000 */
  constructor(
    queue: string,
    from: number,
    onEntries: (entries: JournalEntry[]) => void | Promise<void>,
    quiet = quietMs,
  ) {
    this.#queue = queue;
    this.#next = from;
    this.#onEntries = onEntries;
    this.#quietMs = quiet;
  }

  readonly attach = async (generation: Generation): Promise<void> => {
    if (this.#stopped) return;
    await this.#subscribe(generation, await generation.openChannel());
    clearInterval(this.#watch);
    this.#watch = setInterval(() => void this.#renewIfQuiet(generation), this.#quietMs / 2).unref();
  };

  async #renewIfQuiet(generation: Generation): Promise<void> {
    const quiet = () =>
      generation.alive && !this.#stopped && !this.#giving && performance.now() - this.#heardAt > this.#quietMs;
    const before = this.#channel;
    if (!before || !quiet()) return;
    try {
      const channel = await generation.unlessLost(generation.openChannel());
      if (!quiet() || this.#channel !== before) return generation.retire(channel);
      const subscribed = this.#subscribe(generation, channel);
      generation.retire(before);
      await generation.unlessLost(subscribed);
    } catch (cause) {
      generation.fail(cause);
    }
  }

  async #subscribe(generation: Generation, channel: Channel): Promise<void> {
    this.#channel = channel;
    this.#heardAt = performance.now();
    await channel.prefetch(prefetch, false);
    let pending: ConsumeMessage[] = [];
    let unacked = 0;
    const before = this.#giving; // what the last generation gave is still being taken
    const drain = async (): Promise<void> => {
      await before;
      while (pending.length > 0 && generation.alive && !this.#stopped) {
        const { entries, parcels } = this.#unpackSome(pending);
        const last = pending[parcels - 1]!;
        pending = pending.slice(parcels);
        await this.#give(entries, generation);
        unacked += parcels;
        if (unacked < ackedTogether || !generation.alive) continue;
        unacked = 0;
        ackUpTo(channel, last);
      }
    };
    let draining = false;
    const { consumerTag } = await channel.consume(
      this.#queue,
      (message) => {
        if (this.#channel !== channel) return; // another one has followed it, which gives this too
        if (!message) return generation.fail(new Error('The broker ended the subscription to the journal.'));
        this.#heardAt = performance.now();
        pending.push(message);
        if (draining) return;
        draining = true;
        setImmediate(() => {
          const giving = drain().finally(() => {
            draining = false;
            if (this.#giving === giving) this.#giving = undefined;
          });
          this.#giving = giving;
        });
      },
      { arguments: { 'x-stream-offset': this.#next } },
    );
    this.#leave = async () => {
      if (!generation.alive || this.#channel !== channel) return;
      await channel.cancel(consumerTag).catch((cause) => generation.fail(cause));
    };
    if (this.#stopped) await this.#leave();
  }

  /** Takes nothing more. */
  async stop(link: Link): Promise<void> {
    link.detach(this.attach);
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#watch);
    await this.#leave?.();
  }

  /** The entries of the first so many messages. Each generation begins where the last one has got to. */
  #unpackSome(messages: readonly ConsumeMessage[]): { entries: JournalEntry[]; parcels: number } {
    const entries: JournalEntry[] = [];
    let parcels = 0;
    while (parcels < messages.length && entries.length < entriesAtOnce) {
      const message = messages[parcels++]!;
      const offset = offsetOf(message);
      if (offset < this.#next) continue;
      for (const one of unpackJournal(message.content))
        entries.push('envelope' in one ? { offset, envelope: one.envelope } : { offset });
    }
    return { entries, parcels };
  }

  /** Gives them until they are taken. */
  async #give(entries: JournalEntry[], generation: Generation): Promise<void> {
    while (entries.length > 0 && generation.alive && !this.#stopped) {
      try {
        await this.#onEntries(entries);
        this.#next = entries.at(-1)!.offset + 1;
        return;
      } catch (thrown) {
        warnOf(thrown, 'The reader of the journal');
        await sleep(againMs, undefined, { ref: false });
      }
    }
  }
}

function ackUpTo(channel: Channel, message: ConsumeMessage): void {
  try {
    channel.ack(message, true);
  } catch {
    // The channel is closing, and whoever follows it begins after what was taken.
  }
}
