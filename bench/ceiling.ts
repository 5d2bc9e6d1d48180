import { connect } from 'amqplib';
import type { Outgoing } from '../src/broker/broker.ts';
import { encode } from '../src/broker/codec.ts';
import { openEmbedded } from '../src/broker/embedded/embedded-broker.ts';
import { routeOf, type Topology } from '../src/broker/topology.ts';

const batch = 200;
const batchesInFlight = 8;

/** How often the messages of one order are delivered, journal included. */
export function deliveriesOf(topology: Topology, messages: readonly Outgoing[]): number {
  return messages.reduce((sum, { envelope, queue }) => {
    if (queue) return sum + 1;
    const route = routeOf(topology, envelope.type, envelope.key);
    const queues = topology.queues.filter(({ routes }) => routes.includes(route)).length;
    return sum + queues + (topology.journal.routes.includes(route) ? 1 : 0);
  }, 0);
}

/**
 * The same messages through the same queues of RabbitMQ over plain amqplib, made beforehand, with no work at all: confirmed,
 * delivered, acked in batches, and the journal read.
 * @returns how long it took, milliseconds
 */
export async function rawRabbitMq(
  url: string,
  topology: Topology,
  messages: readonly Outgoing[],
  orders: number,
): Promise<number> {
  const [publishing, consuming] = [await connect(url), await connect(url)];
  const publisher = await publishing.createConfirmChannel();
  const expected = deliveriesOf(topology, messages) * orders;
  let delivered = 0;
  let closing = false;
  let finish = () => {};
  const done = new Promise<void>((resolve) => (finish = resolve));
  const count = () => {
    if (++delivered === expected) finish();
  };
  for (const { name } of topology.queues) {
    const channel = await consuming.createChannel();
    await channel.prefetch(512);
    let last: Parameters<typeof channel.ack>[0] | undefined;
    await channel.consume(name, (message) => {
      if (!message) return;
      count();
      if (!last)
        setImmediate(() => {
          if (!closing) channel.ack(last!, true);
          last = undefined;
        });
      last = message;
    });
  }
  const journal = await consuming.createChannel();
  await journal.prefetch(512);
  await journal.consume(
    topology.journal.name,
    (message) => {
      if (!message) return;
      count();
      journal.ack(message);
    },
    { arguments: { 'x-stream-offset': 'next' } },
  );

  const bodies = messages.map(({ envelope, queue }) => ({
    exchange: queue ? '' : `${topology.prefix}.messages`,
    route: queue ?? routeOf(topology, envelope.type, envelope.key),
    body: Buffer.from(encode(envelope)),
    options: {
      persistent: true,
      mandatory: true,
      messageId: envelope.id,
      type: envelope.type,
      contentType: 'application/json',
    },
  }));
  const startedAt = performance.now();
  const total = bodies.length * orders;
  let next = 0;
  const publishBatches = async () => {
    while (next < total) {
      const from = next;
      next = Math.min(total, next + batch);
      await new Promise<void>((resolve, reject) => {
        let open = next - from;
        for (let i = from; i < next; i++) {
          const { exchange, route, body, options } = bodies[i % bodies.length]!;
          publisher.publish(exchange, route, body, options, (error) =>
            error ? reject(error) : --open === 0 && resolve(),
          );
        }
      });
    }
  };
  await Promise.all(Array.from({ length: batchesInFlight }, publishBatches));
  await done;
  const tookMs = performance.now() - startedAt;
  closing = true;
  await publishing.close();
  await consuming.close();
  return tookMs;
}

/** The same messages through the same queues of the embedded broker, with no work at all. Returns milliseconds. */
export async function rawEmbedded(
  folder: string,
  topology: Topology,
  messages: readonly Outgoing[],
  orders: number,
): Promise<number> {
  const broker = await openEmbedded({ folder, topology, now: Date.now });
  const expected = deliveriesOf(topology, messages) * orders;
  let delivered = 0;
  let finish = () => {};
  const done = new Promise<void>((resolve) => (finish = resolve));
  const count = (n: number) => {
    delivered += n;
    if (delivered === expected) finish();
  };
  for (const { name } of topology.queues)
    await broker.consume(name, {
      prefetch: 512,
      onDeliveries: (deliveries) => {
        for (const delivery of deliveries) delivery.ack();
        count(deliveries.length);
      },
    });
  await broker.readJournal(await broker.journalEnd(), (entries) => count(entries.length));

  const startedAt = performance.now();
  const total = messages.length * orders;
  let next = 0;
  const publishBatches = async () => {
    while (next < total) {
      const from = next;
      next = Math.min(total, next + batch);
      // Each by itself, so that each is a message of its own; what is published in one tick is still stored in one go.
      await Promise.all(
        Array.from({ length: next - from }, (_, i) => broker.publish([messages[(from + i) % messages.length]!])),
      );
    }
  };
  await Promise.all(Array.from({ length: batchesInFlight }, publishBatches));
  await done;
  const tookMs = performance.now() - startedAt;
  await broker.close();
  return tookMs;
}
