import { type ConfirmChannel, connect } from 'amqplib';
import type { Envelope } from '../../../src/broker/envelope.ts';
import type { Peer } from '../crowd.ts';
import type { Posted, Shop } from '../shop.ts';

/**
 * The shop as most people write it with amqplib: a durable quorum queue for each actor, one message at a time, each ack by itself, and
 * after each publish a wait for its confirm.
 */
export async function startChain(shop: Shop, url: string): Promise<Peer & { close(): Promise<void> }> {
  const connection = await connect(url, { noDelay: true });
  const prefix = `bench-chain-${Math.random().toString(36).slice(2, 10)}`;
  const nameOf = (queue: string) => `${prefix}.${queue}`;
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => {}); // whoever runs the crowd hears of it
  connection.on('error', fail);

  const post = async (channel: ConfirmChannel, { envelope, queue }: Posted): Promise<void> => {
    const [exchange, key] = queue ? ['', nameOf(queue)] : [prefix, envelope.type];
    channel.publish(exchange, key, Buffer.from(JSON.stringify(envelope)), { persistent: true });
    await channel.waitForConfirms();
  };
  const counter = await connection.createConfirmChannel();
  await counter.assertExchange(prefix, 'direct', { durable: true });
  for (const [queue, types] of shop.queues) {
    await counter.assertQueue(nameOf(queue), { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    for (const type of types) await counter.bindQueue(nameOf(queue), prefix, type);
  }
  for (const queue of shop.queues.keys()) {
    const channel = await connection.createConfirmChannel();
    await channel.prefetch(1);
    await channel.consume(nameOf(queue), async (message) => {
      if (!message) return fail(new Error(`The queue ${nameOf(queue)} is gone.`));
      try {
        const envelope = JSON.parse(message.content.toString()) as Envelope;
        for (const posted of shop.handle(queue, envelope)) await post(channel, posted);
        channel.ack(message);
      } catch (error) {
        fail(error);
      }
    });
  }
  return {
    post: (posted) => post(counter, posted),
    failed,
    close: async () => {
      for (const queue of shop.queues.keys()) await counter.deleteQueue(nameOf(queue));
      await counter.deleteExchange(prefix);
      await connection.close();
    },
  };
}
