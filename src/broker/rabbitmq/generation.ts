import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { within } from './deadline.ts';

/** What an amqplib connection keeps below it and does not type. */
type WithSocket = { connection: { stream?: { destroy(): void } } };

/** Ends a connection within `graceMs` milliseconds: closed if the broker answers, its socket destroyed anyway. Never throws. */
export async function endConnection(model: ChannelModel, graceMs: number): Promise<void> {
  try {
    await within(model.close(), graceMs, 'Closing');
  } catch {
    // lost already, or frozen
  }
  (model as unknown as WithSocket).connection.stream?.destroy();
}

/**
 * One life of the link: a connection to publish on, one to consume on, and their channels. Two, because a broker short of
 * memory or disk stops reading from those that publish. They live and die together: whatever is lost, all of it is dropped.
 */
export class Generation {
  /** False from the first sign of loss on. Delivery tags, confirms and consumers of a dead generation mean nothing. */
  alive = true;
  readonly #connections: { publishing: ChannelModel; consuming: ChannelModel };
  readonly #channels = new Set<Channel>();
  readonly #onLoss = new Set<(cause: unknown) => void>();

  constructor(connections: { publishing: ChannelModel; consuming: ChannelModel }) {
    this.#connections = connections;
    for (const connection of Object.values(connections)) {
      connection.on('error', (cause) => this.fail(cause));
      connection.on('close', (cause) => this.fail(cause ?? new Error('The broker closed the connection.')));
    }
  }

  /** Calls back once, when it is lost. Returns how to stop listening. */
  onLoss(listener: (cause: unknown) => void): () => void {
    this.#onLoss.add(listener);
    return () => this.#onLoss.delete(listener);
  }

  /**
   * Settles like `work`, or throws once the generation is lost: some of what is asked of amqplib then never settles by itself, the
   * closing of a channel for one. What is still going on then is left alone, its failure too.
   */
  async unlessLost<T>(work: PromiseLike<T>): Promise<T> {
    let forget = () => {};
    const lost = new Promise<never>((_, reject) => {
      if (this.alive) forget = this.onLoss(reject);
      else reject(new Error('The link is lost.'));
    });
    try {
      return await Promise.race([work, lost]);
    } finally {
      forget();
    }
  }

  /** The publishing connection may not send for a while, and may again. */
  onBlocked(listener: (reason: string | undefined) => void): void {
    this.#connections.publishing.on('blocked', (reason) => this.alive && listener(reason));
    this.#connections.publishing.on('unblocked', () => this.alive && listener(undefined));
  }

  /** Gives it up, because of `cause`. */
  fail(cause: unknown): void {
    if (!this.alive) return;
    this.alive = false;
    for (const listener of this.#onLoss) listener(cause);
    void this.#disconnect(500);
  }

  /** A channel on the consuming connection whose loss is the loss of the generation. */
  async openChannel(): Promise<Channel> {
    return this.#guard(await this.#connections.consuming.createChannel());
  }

  /** A channel on the publishing connection, without confirms. */
  async openPublishChannel(): Promise<Channel> {
    return this.#guard(await this.#connections.publishing.createChannel());
  }

  /** A channel on the publishing connection, with confirms, whose loss is the loss of the generation. */
  async openConfirmChannel(): Promise<ConfirmChannel> {
    return this.#guard(await this.#connections.publishing.createConfirmChannel());
  }

  /** Closes a channel that is not needed any more; its loss is nobody's any more. */
  retire(channel: Channel): void {
    this.#channels.delete(channel);
    channel.close().catch(() => {}); // lost meanwhile, with all the others
  }

  /** A channel that may be lost without further consequences. */
  async openAside(connection: 'publishing' | 'consuming'): Promise<Channel> {
    const channel = await this.#connections[connection].createChannel();
    channel.on('error', () => {}); // without a listener an error would take the connection with it
    return channel;
  }

  /** Closes channels, then connections, within `graceMs` milliseconds. */
  async end(graceMs: number): Promise<void> {
    const deadline = performance.now() + graceMs;
    this.alive = false;
    // Closing a connection overtakes what its channels have still to write, acks too; closing a channel does not.
    await within(
      Promise.allSettled(Array.from(this.#channels, (channel) => channel.close())),
      graceMs / 2,
      'Closing',
    ).catch(() => {});
    await this.#disconnect(Math.max(100, deadline - performance.now()));
  }

  async #disconnect(graceMs: number): Promise<void> {
    await Promise.all(Object.values(this.#connections).map((connection) => endConnection(connection, graceMs)));
  }

  #guard<C extends Channel>(channel: C): C {
    channel.on('error', (cause) => this.fail(cause));
    // A connection that ends closes its channels before it says why: that is the better reason.
    channel.on('close', () =>
      queueMicrotask(() => this.#channels.has(channel) && this.fail(new Error('The broker closed a channel.'))),
    );
    this.#channels.add(channel);
    return channel;
  }
}
