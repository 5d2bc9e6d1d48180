import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { AckBook } from './acks.ts';
import type { Generation } from './generation.ts';
import type { Link } from './link.ts';

/** A message as it came, and the book to ack it in. */
export type Taken = { message: ConsumeMessage; acks: AckBook; generation: Generation };

/** Said on the error stream: the transport goes on, and whoever wrote the callback should know. */
export function warnOf(thrown: unknown, where: string): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  process.emitWarning(`${where} threw: ${error.stack ?? error.message}`, 'BaedalWarning');
}

/** Takes messages from one queue, in each generation anew, and hands over together those that arrive in one tick. */
export class Intake {
  readonly #queue: string;
  readonly #prefetch: number;
  readonly #onTaken: (taken: Taken[]) => void;
  #pending: Taken[] = [];
  #scheduled = false;
  #stopped = false;
  #channel: Channel | undefined;
  #generation: Generation | undefined;
  #consumerTag: string | undefined;
  #acks: AckBook | undefined;

  constructor(queue: string, prefetch: number, onTaken: (taken: Taken[]) => void) {
    this.#queue = queue;
    this.#prefetch = prefetch;
    this.#onTaken = onTaken;
  }

  /** Subscribes in this generation. */
  readonly attach = async (generation: Generation): Promise<void> => {
    if (this.#stopped) return;
    const channel = await generation.openChannel();
    await channel.prefetch(this.#prefetch, false);
    const acks = new AckBook(channel, () => generation.alive);
    this.#channel = channel;
    this.#generation = generation;
    this.#acks = acks;
    const options: Options.Consume = { noAck: false };
    const { consumerTag } = await channel.consume(
      this.#queue,
      (message) => {
        // Null: the broker cancelled the consumer, as it does when the queue is deleted.
        if (message) this.#take({ message, acks, generation });
        else generation.fail(new Error(`The broker ended the subscription to ${this.#queue}.`));
      },
      options,
    );
    this.#consumerTag = consumerTag;
    if (this.#stopped) await this.#cancel();
  };

  /** Takes nothing more. What is in hand can still be acked. */
  async stop(link: Link): Promise<void> {
    link.detach(this.attach);
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#consumerTag !== undefined) await this.#cancel();
  }

  /** Acks what is finished, now. */
  flush(): void {
    this.#acks?.flush();
  }

  async #cancel(): Promise<void> {
    if (!this.#generation?.alive || !this.#channel || this.#consumerTag === undefined) return;
    try {
      await this.#channel.cancel(this.#consumerTag);
    } catch (cause) {
      this.#generation.fail(cause);
    }
  }

  #take(taken: Taken): void {
    this.#pending.push(taken);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#handOver);
  }

  readonly #handOver = (): void => {
    this.#scheduled = false;
    const taken = this.#pending.filter(({ generation }) => generation.alive); // the others come again
    this.#pending = [];
    if (this.#stopped) this.#giveBack(taken);
    else if (taken.length > 0) this.#onTaken(taken);
  };

  /** At once, so that another process can have them. Rejected, not nacked: only that counts as a delivery everywhere. */
  #giveBack(taken: Taken[]): void {
    for (const { message } of taken) {
      try {
        this.#channel?.reject(message, true);
      } catch {
        // The channel is closing, and that gives them back too.
      }
    }
  }
}
