import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import type { JournalEntry } from '../broker.ts';
import { unpackJournal } from '../codec.ts';
import { warnOf } from '../warn.ts';
import { AckBook } from './acks.ts';
import type { Generation } from './generation.ts';
import type { Link } from './link.ts';

/** Parcels read ahead, at most, as the bytes they came as: some 32 MB where each is as large as parcels get. */
const prefetch = 500;
/** Entries given together; a parcel is never split, so its own may come on top. */
const entriesAtOnce = 2_000;
/** Milliseconds until entries are given again whose taker failed. */
const againMs = 1_000;

/** Where in the journal it lies. */
export const offsetOf = (message: ConsumeMessage): number =>
  Number(message.properties.headers?.['x-stream-offset'] ?? 0);

/** Follows the journal from an offset on, through all generations. */
export class JournalReader {
  readonly #queue: string;
  readonly #onEntries: (entries: JournalEntry[]) => void | Promise<void>;
  /** The lowest offset not given and taken yet. */
  #next: number;
  #stopped = false;
  #leave: (() => Promise<void>) | undefined;

  constructor(queue: string, from: number, onEntries: (entries: JournalEntry[]) => void | Promise<void>) {
    this.#queue = queue;
    this.#next = from;
    this.#onEntries = onEntries;
  }

  readonly attach = async (generation: Generation): Promise<void> => {
    if (this.#stopped) return;
    const channel = await generation.openChannel();
    await channel.prefetch(prefetch, false);
    const acks = new AckBook(channel, () => generation.alive);
    let pending: ConsumeMessage[] = [];
    let busy = this.#giving;
    const drain = async (): Promise<void> => {
      await busy; // what the last generation gave is still being taken
      while (pending.length > 0 && generation.alive && !this.#stopped) {
        const { entries, parcels } = this.#unpackSome(pending);
        const given = pending.slice(0, parcels);
        pending = pending.slice(parcels);
        await this.#give(entries, generation);
        for (const { fields } of given) acks.finish(fields.deliveryTag);
      }
    };
    let draining = false;
    const { consumerTag } = await channel.consume(
      this.#queue,
      (message) => {
        if (!message) return generation.fail(new Error('The broker ended the subscription to the journal.'));
        pending.push(message);
        if (draining) return;
        draining = true;
        setImmediate(() => {
          this.#giving = drain().finally(() => {
            draining = false;
            busy = undefined;
          });
        });
      },
      { arguments: { 'x-stream-offset': this.#next } },
    );
    this.#leave = async () => {
      if (!generation.alive) return;
      await channel.cancel(consumerTag).catch((cause) => generation.fail(cause));
    };
    if (this.#stopped) await this.#leave();
  };
  /** Set while entries are being taken. */
  #giving: Promise<void> | undefined;

  /** Takes nothing more. */
  async stop(link: Link): Promise<void> {
    link.detach(this.attach);
    if (this.#stopped) return;
    this.#stopped = true;
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
