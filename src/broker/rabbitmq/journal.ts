import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { JournalEntry } from '../broker.ts';
import { decodeAny, encode } from '../codec.ts';
import { OutcomeUnknown } from '../errors.ts';
import type { Topology } from '../topology.ts';
import { AckBook } from './acks.ts';
import { within } from './deadline.ts';
import type { Generation } from './generation.ts';
import { warnOf } from './intake.ts';
import type { Link } from './link.ts';
import { markerOf } from './outgoing.ts';

/** Entries given but not taken yet, at most. */
const prefetch = 2_000;
/** Milliseconds until entries are given again whose taker failed. */
const againMs = 1_000;
/** Milliseconds until another marker is sent where one was not seen. */
const markerMs = 2_000;
/** Milliseconds to look for the marker at most. */
const endMs = 10_000;

const offsetOf = (message: ConsumeMessage): number => Number(message.properties.headers?.['x-stream-offset'] ?? 0);

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
        const messages = pending;
        pending = [];
        await this.#give(messages, generation);
        for (const { fields } of messages) acks.finish(fields.deliveryTag);
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

  /** Gives them until they are taken. Each generation begins where the last one has got to. */
  async #give(messages: ConsumeMessage[], generation: Generation): Promise<void> {
    const entries = messages.filter((message) => offsetOf(message) >= this.#next).map(entryOf);
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

function entryOf(message: ConsumeMessage): JournalEntry {
  const offset = offsetOf(message);
  try {
    return { offset, envelope: decodeAny(message.content) };
  } catch {
    return { offset };
  }
}

/**
 * The offset after a marker put into the journal now: every entry published before lies below.
 * @throws {OutcomeUnknown} the link was lost, or is blocked for too long
 */
export async function journalEnd(generation: Generation, topology: Topology, now: number): Promise<number> {
  // On the publishing connection, where even opening a channel gets no reply while the broker blocks it.
  const opening = generation.openAside('publishing');
  let forget = () => {};
  const lost = new Promise<never>((_, reject) => {
    forget = generation.onLoss(reject);
  });
  try {
    const found = opening.then((channel) => passMarker(channel, topology.journal.name, now));
    return await within(Promise.race([found, lost]), endMs, 'Finding the end of the journal');
  } catch (cause) {
    throw new OutcomeUnknown(cause);
  } finally {
    forget();
    opening.then((channel) => channel.close()).catch(() => {});
  }
}

/** One channel both listens and publishes, so the broker listens already when the marker comes. */
async function passMarker(channel: Channel, queue: string, now: number): Promise<number> {
  const marker = markerOf(now);
  const content = encode(marker);
  let repeat: NodeJS.Timeout | undefined;
  const send = () => {
    try {
      channel.sendToQueue(queue, content, { persistent: true, messageId: marker.id, type: marker.type });
    } catch {
      clearInterval(repeat); // nobody waits any more: the channel is closing
    }
  };
  await channel.prefetch(prefetch, false);
  try {
    return await new Promise<number>((resolve, reject) => {
      const onMessage = (message: ConsumeMessage | null) => {
        if (!message) reject(new Error('The broker ended the subscription to the journal.'));
        else if (message.properties.messageId === marker.id) resolve(offsetOf(message) + 1);
        else channel.ack(message);
      };
      channel.on('close', () => reject(new Error('The broker closed the channel.')));
      channel
        .consume(queue, onMessage, { arguments: { 'x-stream-offset': 'next' } })
        .then(() => {
          send();
          repeat = setInterval(send, markerMs);
        })
        .catch(reject);
    });
  } finally {
    clearInterval(repeat);
  }
}
