import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { AckBook } from './acks.ts';
import type { Generation } from './generation.ts';
import type { Link } from './link.ts';

/** A message as it came, and the book to ack it in. */
export type Taken = { message: ConsumeMessage; acks: AckBook; generation: Generation };

/** What is done with the messages of an intake. */
export type Taker = {
  /** Those that arrived in one tick, in order. */
  take(taken: Taken[]): void;
  /** Nothing more is to be taken: these go back to the queue, behind what was kept before them. */
  giveBack(taken: Taken[]): void;
};

/** Takes messages from one queue, in each generation anew, and hands over together those that arrive in one tick. */
export class Intake {
  readonly #queue: string;
  readonly #prefetch: number;
  readonly #taker: Taker;
  #pending: Taken[] = [];
  #scheduled = false;
  #stopped = false;
  #channel: Channel | undefined;
  #generation: Generation | undefined;
  #consumerTag: string | undefined;
  #acks: AckBook | undefined;

  /** @param prefetch AMQP messages in hand, at most */
  constructor(queue: string, prefetch: number, taker: Taker) {
    this.#queue = queue;
    this.#prefetch = prefetch;
    this.#taker = taker;
  }

  /** Subscribes in this generation. */
  readonly attach = async (generation: Generation): Promise<void> => {
    if (this.#stopped) return;
    const channel = await generation.openChannel();
    await channel.prefetch(this.#prefetch, false);
    const acks = new AckBook(channel, () => generation.alive, this.#prefetch);
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
    const cancelled = this.#cancel(); // before anything is given back, or it would come straight back to us
    this.#handOver();
    await cancelled;
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
    if (this.#stopped) this.#taker.giveBack(taken);
    else if (taken.length > 0) this.#taker.take(taken);
  };
}
