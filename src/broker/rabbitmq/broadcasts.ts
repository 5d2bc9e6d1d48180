import { tell, textOf } from '../broadcast.ts';
import type { Topology } from '../topology.ts';
import { telemetryExchange } from './declare.ts';
import type { Generation } from './generation.ts';
import type { Link } from './link.ts';
import type { LossyChannel } from './lossy-channel.ts';

/** Broadcasts that wait for a slow listener at most; then the oldest go. */
const maxWaiting = 200;

/** Tells whoever listens. What is told while the broker blocks us is dropped: it would be old when it came. */
export function broadcast(channel: LossyChannel, topology: Topology, body: object): void {
  const text = channel.isBlocked ? undefined : textOf(body);
  if (text !== undefined) channel.send(telemetryExchange(topology), '', Buffer.from(text));
}

/** One listener: it has in each generation a queue of its own, which goes with it. */
export class BroadcastReader {
  readonly #exchange: string;
  readonly #listener: (body: unknown) => void;
  #stopped = false;
  #leave: (() => Promise<void>) | undefined;

  constructor(topology: Topology, listener: (body: unknown) => void) {
    this.#exchange = telemetryExchange(topology);
    this.#listener = listener;
  }

  readonly attach = async (generation: Generation): Promise<void> => {
    if (this.#stopped) return;
    const channel = await generation.openChannel();
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      durable: false,
      autoDelete: true,
      arguments: { 'x-max-length': maxWaiting, 'x-overflow': 'drop-head' },
    });
    await channel.bindQueue(queue, this.#exchange, '');
    const { consumerTag } = await channel.consume(
      queue,
      (message) => {
        if (!message) return generation.fail(new Error('The broker ended the subscription to broadcasts.'));
        if (!this.#stopped) tell(this.#listener, message.content.toString());
      },
      { noAck: true },
    );
    this.#leave = async () => {
      if (!generation.alive) return;
      await channel.cancel(consumerTag).catch((cause) => generation.fail(cause));
    };
    if (this.#stopped) await this.#leave();
  };

  /** Tells nothing more. */
  async stop(link: Link): Promise<void> {
    link.detach(this.attach);
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#leave?.();
  }
}
