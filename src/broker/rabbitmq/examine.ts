import type { Channel, ChannelModel } from 'amqplib';
import { reasonOf } from '../../errors.ts';
import { BrokerRefused, BrokerUnreachable } from '../errors.ts';
import type { Topology } from '../topology.ts';
import { alarmOf } from './alarm.ts';
import { connectUrls, redactUrl, virtualHostOf } from './broker-url.ts';
import { connectOne } from './connect.ts';
import { within } from './deadline.ts';
import { codeOf, declarationsOf, homeMark, readyFlag, telemetryExchange } from './declare.ts';
import { endConnection } from './generation.ts';
import { type Held, heldAlike } from './held-alike.ts';
import { journalEnds } from './journal-ends.ts';

/** Milliseconds to connect, and for all that is asked afterwards. */
const connectMs = 5_000;
const askMs = 8_000;

/** What could be found out; what could not is missing, and the last failure says why. */
export type RabbitMqFacts = {
  redactedUrl: string;
  /** The other hosts of the address that could not be reached, and why. */
  silent: { redactedUrl: string; why: string }[];
  virtualHost: string;
  product: string;
  version: string;
  queues?: ({ name: string; waiting?: number; consumers?: number } & Held)[];
  exchanges?: ({ name: string } & Held)[];
  /** Whether exactly what this version declares was once declared in whole, the bindings too, which nobody can ask for. */
  declared?: boolean;
  /** Whose the queues are: those of the data folder that asks, of another, or of nobody yet. */
  home?: 'ours' | 'other' | 'nobody';
  /** Why the broker takes no messages; null where it does. */
  alarm?: string | null;
  /** The first entry that the journal still has and the number that the next one gets; null where it has none. */
  journal?: { first: number; end: number } | null;
  failure?: string;
};

export type ExamineOptions = {
  url: string;
  topology: Topology;
  /** The name of the data folder that asks, where it has one. */
  home: string | undefined;
  /** Told of what is broadcast, until it says that it has heard enough. */
  hear(body: string): boolean;
  /** Milliseconds to listen at most. */
  listenMs: number;
};

/**
 * Looks at the broker and changes nothing there: what is not there is not made. While it lasts there is one queue more, exclusive and
 * without a name, to hear what is broadcast.
 * @throws {BrokerUrlInvalid | BrokerUnreachable | BrokerRefused}
 */
export async function examineRabbitMq(options: ExamineOptions): Promise<RabbitMqFacts> {
  const { model, open, silent, ...where } = await openAny(options.url);
  const { product, version } = (model as unknown as WithProperties).connection.serverProperties;
  const facts: RabbitMqFacts = { ...where, silent, product: String(product), version: String(version) };
  try {
    const asking = unlessLost(model, ask(model, open, options, facts));
    await within(asking, askMs + options.listenMs, 'Looking at the broker');
  } catch (cause) {
    facts.failure = reasonOf(cause);
  } finally {
    await endConnection(model, 500);
  }
  return facts;
}

/** Knocks at every host of the address, and asks the first that lets us in. */
async function openAny(address: string) {
  const hosts = connectUrls(address).map((url) => {
    const redactedUrl = redactUrl(url);
    return {
      redactedUrl,
      virtualHost: virtualHostOf(url),
      open: () => connectOne(url, redactedUrl, 'doctor', connectMs),
    };
  });
  const tries = await Promise.allSettled(hosts.map(({ open }) => open()));
  const models = tries.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
  const chosen = models.findIndex((model) => model !== undefined);
  for (const [n, model] of models.entries()) if (model && n !== chosen) await endConnection(model, 200);
  const failures = tries.flatMap((one, n) =>
    one.status === 'rejected' ? [{ redactedUrl: hosts[n]!.redactedUrl, cause: one.reason as unknown }] : [],
  );
  if (chosen >= 0) {
    const silent = failures.map(({ redactedUrl, cause }) => ({ redactedUrl, why: reasonOf(cause) }));
    return { ...hosts[chosen]!, model: models[chosen]!, silent };
  }
  const refusal = failures.find(({ cause }) => cause instanceof BrokerRefused);
  if (refusal) throw refusal.cause;
  const reasons = new Set(failures.map(({ cause }) => reasonOf(cause)));
  throw new BrokerUnreachable(redactUrl(address), failures[0]?.cause, [...reasons].join('; '));
}

/** What an amqplib connection keeps and does not type. */
type WithProperties = { connection: { serverProperties: { product?: unknown; version?: unknown } } };

/** All at once where it can be, so that a broker that answers slowly is not slow several times. */
async function ask(
  model: ChannelModel,
  open: () => Promise<ChannelModel>,
  { topology, home, hear, listenMs }: ExamineOptions,
  facts: RabbitMqFacts,
): Promise<void> {
  const declarations = declarationsOf(topology);
  const queues = async () => {
    const queues: RabbitMqFacts['queues'] = [];
    for (const { name, arguments: args } of declarations.queues) {
      let depth = {};
      const held = await heldAlike(model, {
        check: async (channel) => {
          const { messageCount, consumerCount } = await channel.checkQueue(name);
          depth = { waiting: messageCount, consumers: consumerCount };
        },
        assert: (channel) => channel.assertQueue(name, { durable: true, arguments: args }),
      });
      queues.push({ name, ...depth, ...held });
    }
    facts.queues = queues; // all of them or none, since of some nothing could be concluded
  };
  const exchange = (name: string, type: string, more: object = {}) =>
    heldAlike(model, {
      check: (channel) => channel.checkExchange(name),
      assert: (channel) => channel.assertExchange(name, type, { durable: true, ...more }),
    });
  const exchanges = async () => {
    const exchanges: RabbitMqFacts['exchanges'] = [];
    for (const { name, type } of declarations.exchanges) exchanges.push({ name, ...(await exchange(name, type)) });
    facts.exchanges = exchanges;
    facts.declared = (await exchange(readyFlag(topology), 'direct')).state === 'alike';
    const alternateExchange = `${homeMark(topology)}.${home ?? 'nowhere'}`;
    const { state } = await exchange(homeMark(topology), 'fanout', { alternateExchange });
    const whose = { alike: 'ours', missing: 'nobody', other: 'other' } as const;
    if (state !== 'unknown') facts.home = whose[state];
  };
  const alarm = async () => {
    const apart = await open(); // a broker with an alarm reads nothing more from who has published
    try {
      facts.alarm = await unlessLost(apart, alarmOf(apart));
    } finally {
      await endConnection(apart, 200);
    }
  };
  const journal = async () => {
    facts.journal = await journalEnds(model, topology.journal.name);
  };
  const counting = queues();
  // Where nobody takes anything there is nobody to hear; and none can be told where they cannot be counted.
  const nobody = counting.then(
    () => facts.queues?.every(({ consumers = 0 }) => consumers === 0) === true,
    () => true,
  );
  const all = [counting, exchanges(), alarm(), journal(), listen(model, topology, hear, listenMs, nobody)];
  const results = await Promise.allSettled(all);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Hears what is broadcast, where there is somewhere to hear it. */
async function listen(
  model: ChannelModel,
  topology: Topology,
  hear: (body: string) => boolean,
  listenMs: number,
  nobody: Promise<boolean>,
): Promise<void> {
  const channel = await aside(model);
  try {
    await channel.checkExchange(telemetryExchange(topology));
  } catch (thrown) {
    if (typeof codeOf(thrown) !== 'number') throw thrown;
    return; // it is among the exchanges that are missing
  }
  const { queue } = await channel.assertQueue('', { exclusive: true, durable: false, autoDelete: true });
  await channel.bindQueue(queue, telemetryExchange(topology), '');
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, listenMs);
    const enough = () => {
      clearTimeout(timer);
      resolve();
    };
    void nobody.then((none) => none && enough());
    channel.once('close', enough); // lost, and nobody is kept waiting
    channel
      .consume(queue, (message) => (!message || hear(message.content.toString())) && enough(), { noAck: true })
      .catch(reject);
  });
  await channel.close();
}

/**
 * Settles like `work`, or throws once the connection is lost: some of what is asked of amqplib then never settles by itself, the closing
 * of a channel for one. What is still going on then is left alone, its failure too.
 */
async function unlessLost<T>(model: ChannelModel, work: Promise<T>): Promise<T> {
  let onLoss = (_cause?: unknown) => {};
  const lost = new Promise<never>((_, reject) => {
    onLoss = (cause) => reject(cause ?? new Error('The broker closed the connection.'));
  });
  for (const sign of ['error', 'close']) model.once(sign, onLoss);
  try {
    return await Promise.race([work, lost]);
  } finally {
    for (const sign of ['error', 'close']) model.off(sign, onLoss);
  }
}

async function aside(model: ChannelModel): Promise<Channel> {
  const channel = await model.createChannel();
  channel.on('error', () => {});
  return channel;
}
