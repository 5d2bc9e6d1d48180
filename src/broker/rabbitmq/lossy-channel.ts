import type { Channel, Options } from 'amqplib';
import type { Generation } from './generation.ts';

/** Sends what may be lost: it is forgotten where sending is not possible now. */
export class LossyChannel {
  #channel: Channel | undefined;
  #writable = true;
  #blocked = false;

  readonly attach = async (generation: Generation): Promise<void> => {
    const channel = await generation.openPublishChannel();
    channel.on('drain', () => {
      if (this.#channel === channel) this.#writable = true;
    });
    generation.onLoss(() => {
      if (this.#channel === channel) this.#channel = undefined;
    });
    generation.onBlocked((reason) => {
      if (this.#channel === channel) this.#blocked = reason !== undefined;
    });
    this.#channel = channel;
    this.#writable = true;
    this.#blocked = false;
  };

  /** The broker does not read what we send. What is sent now arrives when it does again. */
  get isBlocked(): boolean {
    return this.#blocked;
  }

  /** Never throws, never waits. */
  send(exchange: string, routingKey: string, content: Buffer, options: Options.Publish = {}): void {
    if (!this.#channel || !this.#writable) return;
    try {
      this.#writable = this.#channel.publish(exchange, routingKey, content, {
        ...options,
        contentType: 'application/json',
        persistent: false,
      });
    } catch {
      // the channel is closing
    }
  }
}
