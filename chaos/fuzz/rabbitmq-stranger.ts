import { type Channel, type ConfirmChannel, connect, type Options } from 'amqplib';
import {
  declarationsOf,
  messagesExchange,
  repliesExchange,
  rungName,
  telemetryExchange,
} from '../../src/broker/rabbitmq/declare.ts';
import type { Topology } from '../../src/broker/topology.ts';
import type { Put, Stranger, Target } from './stranger.ts';
import { pick, type Random, weirdText, weirdValue } from './weird.ts';

/** The rungs that what is put on them leaves soon, milliseconds. */
const soon = [100, 200, 500];

/** A stranger on RabbitMQ: any property of AMQP may be anything. */
export async function rabbitMqStranger(url: string, topology: Topology, random: Random): Promise<Stranger> {
  const model = await connect(url);
  const channel = await model.createConfirmChannel();
  const overheard = await overhear(await model.createChannel(), topology);
  return {
    put: async (number, target, body) => {
      const { exchange, key, queues } = placeOf(topology, target, random, overheard);
      const options = optionsOf(number, target, random);
      await publish(channel, exchange, key, body, options);
      const { headers, ...rest } = options;
      return { number, target, body, queues, with: { ...rest, headers } } satisfies Put;
    },
    asleep: () => asleep(model.createChannel(), topology),
    close: () => model.close(),
  };
}

function placeOf(
  topology: Topology,
  target: Target,
  random: Random,
  overheard: readonly string[],
): { exchange: string; key: string; queues: readonly string[] } {
  switch (target.kind) {
    case 'queue':
      return { exchange: '', key: target.queue, queues: [target.queue] };
    case 'delayed':
      return { exchange: rungName(topology, pick(random, soon)), key: target.queue, queues: [target.queue] };
    case 'route': {
      const takers = topology.queues.filter(({ routes }) => routes.includes(target.route));
      return { exchange: messagesExchange(topology), key: target.route, queues: takers.map(({ name }) => name) };
    }
    case 'dead-letters':
      return { exchange: '', key: topology.deadLetters, queues: [] };
    case 'journal':
      return { exchange: '', key: topology.journal.name, queues: [] };
    case 'replies':
      return { exchange: repliesExchange(topology), key: overheard.at(-1) ?? shortText(random), queues: [] };
    case 'telemetry':
      return { exchange: telemetryExchange(topology), key: shortText(random), queues: [] };
  }
}

/**
 * What goes by the message, each now and then. A wrong user would only close the stranger's own channel. What a queue hands on when it gives
 * a message up has no odd x-death: RabbitMQ 3.10.8 itself stops handing on anything, in all its queues, and declares no more of them.
 */
function optionsOf(number: number, { kind }: Target, random: Random): Options.Publish {
  const now = (): boolean => random() < 0.15;
  const headers: Record<string, unknown> = {};
  for (const name of ['attempt', 'due', 'failingSince', 'x-first-death-queue', 'x-delivery-count', shortText(random)])
    if (now()) headers[name] = headerValue(random);
  if (kind === 'dead-letters' && now()) headers['x-death'] = headerValue(random);
  if (now()) headers['due'] = Date.now() + pick(random, [-1_000, 300, 2 ** 40]);
  return {
    messageId: now() ? shortText(random) : `fuzz-${number}`,
    persistent: random() < 0.8,
    headers,
    ...(now() && { contentType: shortText(random) }),
    ...(now() && { contentEncoding: pick(random, ['gzip', shortText(random)]) }),
    ...(now() && { correlationId: shortText(random) }),
    ...(now() && { replyTo: shortText(random) }),
    ...(now() && { type: pick(random, ['DeadLetter', 'PlaceOrder', shortText(random)]) }),
    // Where a queue hands nothing on, what expires is gone, as asked for.
    ...(kind !== 'dead-letters' && now() && { expiration: pick(random, ['0', '50', '2000']) }),
    ...(now() && { priority: 200 }),
    ...(now() && { timestamp: pick(random, [0, 2 ** 40]) }),
    ...(now() && { appId: shortText(random) }),
  };
}

/** AMQP has short texts of 255 bytes at most. */
const shortText = (random: Random): string => Buffer.from(weirdText(random)).subarray(0, 200).toString().slice(0, 60);

/** What AMQP's library can write into a header: names of 255 bytes and integers of 64 bits at most, and no deep nesting. */
function headerValue(random: Random): unknown {
  const value = weirdValue(random);
  if (typeof value === 'number') return Math.max(-(2 ** 53), Math.min(2 ** 53, value));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.length === 1 ? [2 ** 40] : value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.slice(0, 40), one]));
}

const publish = (channel: ConfirmChannel, exchange: string, key: string, body: Buffer, options: Options.Publish) =>
  new Promise<void>((resolve, reject) => {
    channel.publish(exchange, key, body, options, (error) => (error ? reject(error) : resolve()));
  });

/** The addresses that answers are asked to, as everybody can see who binds a queue to the messages. */
async function overhear(channel: Channel, topology: Topology): Promise<readonly string[]> {
  const addresses: string[] = [];
  const { queue } = await channel.assertQueue('', { exclusive: true });
  const routes = topology.queues
    .flatMap((one) => one.routes)
    .filter((route) => /^(PlaceOrder|CancelOrder)\./.test(route));
  for (const route of routes) await channel.bindQueue(queue, messagesExchange(topology), route);
  await channel.consume(
    queue,
    (message) => {
      const [, address] = /"replyTo":"([0-9a-f-]{36})\//.exec(message?.content.toString() ?? '') ?? [];
      if (address !== undefined && addresses.at(-1) !== address) addresses.push(address);
    },
    { noAck: true },
  );
  return addresses;
}

/** Takes what is on the rungs: nothing that the platform does needs it any more. */
async function asleep(opening: Promise<Channel>, topology: Topology): Promise<{ queue: string; text: string }[]> {
  const channel = await opening;
  const found: { queue: string; text: string }[] = [];
  const rungs = declarationsOf(topology).queues.filter(({ name }) => name.includes('.delay.'));
  for (const { name } of rungs) {
    for (
      let message = await channel.get(name, { noAck: true });
      message;
      message = await channel.get(name, { noAck: true })
    )
      found.push({ queue: message.fields.routingKey, text: message.content.toString() });
  }
  await channel.close();
  return found;
}
