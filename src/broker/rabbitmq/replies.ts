import { randomUUID } from 'node:crypto';
import type { Answer } from '../../actors/actor.ts';
import type { Topology } from '../topology.ts';
import { answersIn } from './answers.ts';
import { repliesExchange } from './declare.ts';
import type { Generation } from './generation.ts';

/**
 * Where answers to our requests arrive: in each generation a queue of its own, bound under an address that stays the same.
 * So an answer that is given again after a loss of the link, to the request as it was first read, still finds us.
 */
export class Replies {
  readonly #exchange: string;
  readonly #address = randomUUID();
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  #count = 0;

  constructor(topology: Topology) {
    this.#exchange = repliesExchange(topology);
  }

  readonly attach = async (generation: Generation): Promise<void> => {
    const channel = await generation.openChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true, durable: false, autoDelete: true });
    await channel.bindQueue(queue, this.#exchange, this.#address);
    await channel.consume(
      queue,
      (message) => {
        if (!message) return generation.fail(new Error('The broker ended the subscription to answers.'));
        for (const { correlationId, answer } of answersIn(message)) this.#waiting.get(correlationId)?.(answer);
      },
      { noAck: true },
    );
  };

  /** Waits for one answer. Returns the address to ask it to, and how to stop waiting. */
  expect(onAnswer: (answer: Answer) => void): { replyTo: string; forget(): void } {
    const correlationId = String(++this.#count);
    this.#waiting.set(correlationId, onAnswer);
    return { replyTo: `${this.#address}/${correlationId}`, forget: () => this.#waiting.delete(correlationId) };
  }
}
