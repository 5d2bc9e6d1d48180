import { randomBytes } from 'node:crypto';
import { type ChannelModel, connect } from 'amqplib';
import type { Broker } from '../../../src/broker/broker.ts';
import { openRabbitMq, type RabbitMqOptions } from '../../../src/broker/rabbitmq/rabbitmq-broker.ts';
import { clearTopology } from '../../../src/broker/rabbitmq/remove.ts';
import type { Topology } from '../../../src/broker/topology.ts';
import { contractTopology } from '../contract/stage.ts';

/** The RabbitMQ to test with. */
export function testUrl(): string {
  const url = process.env['BAEDAL_TEST_AMQP_URL'];
  if (!url)
    throw new Error('BAEDAL_TEST_AMQP_URL is not set. Start one with `node scripts/rabbitmq.js`; it prints its URL.');
  return url;
}

export const freshNamespace = (): string => `t${randomBytes(5).toString('hex')}`;

/** One namespace on the broker, and a connection beside the transport to do to it what only a fault or a stranger would. */
export class Place {
  readonly topology: Topology = contractTopology(freshNamespace());
  readonly #url: string;
  readonly #model: ChannelModel;
  readonly #brokers: Broker[] = [];

  private constructor(url: string, model: ChannelModel) {
    this.#url = url;
    this.#model = model;
  }

  /** @param url of the RabbitMQ, default the one to test with */
  static async make(url = testUrl()): Promise<Place> {
    const model = await connect(url);
    model.on('error', () => {});
    return new Place(url, model);
  }

  /** Does something on a channel of a stranger. */
  async beside<T>(act: (channel: Awaited<ReturnType<ChannelModel['createConfirmChannel']>>) => Promise<T>): Promise<T> {
    const channel = await this.#model.createConfirmChannel();
    channel.on('error', () => {});
    try {
      return await act(channel);
    } finally {
      await channel.close().catch(() => {});
    }
  }

  /** Puts bytes straight into a queue. */
  async put(queue: string, bytes: Buffer): Promise<void> {
    await this.beside(async (channel) => {
      channel.sendToQueue(queue, bytes, { persistent: true });
      await channel.waitForConfirms();
    });
  }

  async open(options: Partial<RabbitMqOptions> = {}): Promise<Broker> {
    const broker = await openRabbitMq({
      url: this.#url,
      topology: this.topology,
      now: Date.now,
      settleMs: 0,
      ...options,
    });
    this.#brokers.push(broker);
    return broker;
  }

  async clear(): Promise<void> {
    await Promise.all(this.#brokers.map((broker) => broker.close()));
    await this.#model.close().catch(() => {}); // some tests take it away
    const model = await connect(this.#url);
    await clearTopology(model, this.topology);
    await model.close();
  }
}
