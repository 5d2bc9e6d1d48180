import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOrInstallRedis, noRedis } from '../scripts/redis.js';
import { openBroker } from '../src/cli/open-broker.ts';
import { benchSettings } from './bench-settings.ts';
import { deliveriesOf, rawEmbedded, rawRabbitMq } from './ceiling.ts';
import { recordJourney, runJourneys, startInstantly, untilAllTold } from './journey.ts';
import type { Figures } from './measured.ts';
import type { Part } from './part.ts';
import { runBullMq, runChain } from './peers/peers.ts';
import { eachApart, startProcesses } from './processes.ts';

/** What one broker came to in one round, orders a second but for the last two. */
type OfBroker = { inOne: number; raw: number; one: number; apart: number; messages: number; deliveries: number };
/** What the peers came to in one round, orders a second. BullMQ is missing where there is no Redis. */
type OfPeers = { always?: number; everysec?: number; chain: number };

type Round = { embedded: OfBroker; rabbitMq: OfBroker; peers: OfPeers };

/** The peers are slower, so they get fewer orders. */
const shareOfBullMq = 5;
const shareOfChain = 10;

/** Measures whole journeys a second, from PlaceOrder to DeliveryCompleted in the read model, beside the ceiling and the peers. */
export const journeys: Part = {
  name: 'journeys',
  what: 'Whole journeys a second, in one process and in one for each actor, beside the raw ceiling and other ways to do it.',
  usual: { orders: 20_000, rounds: 3 },
  full: { orders: 20_000, rounds: 5 },
  run: async ({ orders, rounds: times }, { figures, rabbitMq, onRedis }) => {
    const { url } = await rabbitMq();
    const redis = await findOrInstallRedis();
    if (redis) onRedis(redis);
    else figures.say(`BullMQ is not measured. ${noRedis}`);
    const rounds: Round[] = [];
    for (let i = 0; i < times; i++) {
      figures.say(`Round ${i + 1} of ${times}, ${orders.toLocaleString('en')} orders.`);
      rounds.push({
        embedded: await runBroker('sqlite:', orders),
        rabbitMq: await runBroker(url, orders),
        peers: await runPeers(url, redis, orders),
      });
    }
    reportBrokers(figures, rounds);
    reportPeers(figures, rounds);
    reportProcesses(figures, rounds);
  },
};

async function runBroker(url: string, orders: number): Promise<OfBroker> {
  const inOne = await runInThisProcess(url, orders);
  const one = await runProcesses(url, orders, [undefined]);
  return { ...inOne, one, apart: await runProcesses(url, orders, eachApart) };
}

/** The platform and its customers in this process, and right after it the raw ceiling. */
async function runInThisProcess(url: string, orders: number): Promise<Omit<OfBroker, 'one' | 'apart'>> {
  const settings = benchSettings(url);
  try {
    const platform = await startInstantly(settings);
    const { topology } = platform.broker;
    const messages = await recordJourney(settings, platform);
    await runJourneys(settings, platform, warmUpOf(orders));
    const tookMs = await runJourneys(settings, platform, orders);
    // What is left in the queues would be counted as the ceiling's.
    await untilAllTold(settings, messages.filter(({ envelope }) => envelope.type === 'NotificationSent').length);
    await platform.stop();
    const rawMs =
      url === 'sqlite:'
        ? await rawEmbedded(mkdtempSync(join(settings.data, 'raw-')), topology, messages, orders)
        : await rawRabbitMq(url, topology, messages, orders);
    return {
      inOne: perSecond(orders, tookMs),
      raw: perSecond(orders, rawMs),
      messages: messages.length,
      deliveries: deliveriesOf(topology, messages),
    };
  } finally {
    rmSync(settings.data, { recursive: true, force: true });
  }
}

/** The platform as processes of the program, one for each of `actors`, with the customers in this one. @returns orders a second */
async function runProcesses(
  url: string,
  orders: number,
  actors: readonly (readonly string[] | undefined)[],
): Promise<number> {
  const settings = benchSettings(url);
  try {
    const processes = await startProcesses(settings);
    try {
      for (const names of actors) await processes.up(names);
      const broker = await openBroker(settings, 'client');
      await runJourneys(settings, { broker }, warmUpOf(orders));
      const tookMs = await runJourneys(settings, { broker }, orders);
      await broker.close();
      return perSecond(orders, tookMs);
    } finally {
      await processes.stop();
    }
  } finally {
    rmSync(settings.data, { recursive: true, force: true });
  }
}

async function runPeers(url: string, redis: string | undefined, orders: number): Promise<OfPeers> {
  const some = Math.ceil(orders / shareOfBullMq);
  const bullMq = redis && {
    always: (await runBullMq(redis, some, 'always')).perSecond,
    everysec: (await runBullMq(redis, some, 'everysec')).perSecond,
  };
  return { ...bullMq, chain: (await runChain(url, Math.ceil(orders / shareOfChain))).perSecond };
}

/** A tenth was too short: by then Node still compiles what is used most. */
const warmUpOf = (orders: number): number => Math.ceil(orders / 4);
const perSecond = (orders: number, tookMs: number): number => (orders / tookMs) * 1_000;

function reportBrokers(figures: Figures, rounds: readonly Round[]): void {
  const cell = (column: string, what: string, unit: string, target = {}) => ({
    ...{ table: 'journeys', column, what, unit, ...target },
  });
  for (const [of, column, target] of [
    ['embedded', 'embedded', {}],
    ['rabbitMq', 'RabbitMQ', { atLeast: 2 }],
  ] as const) {
    const add = (what: string, unit: string, is: (of: OfBroker) => number, target = {}) =>
      figures.add(
        cell(column, what, unit, target),
        each(rounds, (round) => is(round[of])),
      );
    add('whole journeys', 'orders/s', ({ inOne }) => inOne);
    add('raw ceiling', 'orders/s', ({ raw }) => raw);
    add('journeys ÷ raw ceiling', '×', ({ inOne, raw }) => inOne / raw, target);
    figures.add(cell(column, 'messages an order', ''), rounds[0]![of].messages);
    figures.add(cell(column, 'deliveries an order', ''), rounds[0]![of].deliveries);
    if (of === 'embedded')
      figures.add(
        cell(column, 'journeys ÷ those on RabbitMQ', '×', { atLeast: 1 }),
        each(rounds, ({ embedded, rabbitMq }) => embedded.inOne / rabbitMq.inOne),
      );
  }
}

const peers = {
  always: { what: 'BullMQ, every write on the disk', target: { atLeast: 8 } },
  everysec: { what: 'BullMQ, on the disk once a second', target: { atLeast: 8 } },
  chain: { what: 'a chain of amqplib workers', target: {} },
} as const;

function reportPeers(figures: Figures, rounds: readonly Round[]): void {
  const measured = (Object.keys(peers) as (keyof OfPeers)[]).filter((peer) => rounds[0]!.peers[peer] !== undefined);
  const cell = (peer: keyof OfPeers, column: string, unit: string) => ({
    ...{ table: 'peers', column, what: peers[peer].what, unit },
  });
  for (const peer of measured)
    figures.add(
      cell(peer, 'orders a second', ''),
      each(rounds, (round) => round.peers[peer]!),
    );
  for (const peer of measured)
    figures.add(
      { ...cell(peer, 'baedal on RabbitMQ ÷ that', '×'), ...peers[peer].target },
      each(rounds, (round) => round.rabbitMq.inOne / round.peers[peer]!),
    );
}

function reportProcesses(figures: Figures, rounds: readonly Round[]): void {
  for (const [of, column] of [
    ['embedded', 'embedded'],
    ['rabbitMq', 'RabbitMQ'],
  ] as const) {
    const cell = (what: string, unit: string) => ({ table: 'processes', column, what, unit });
    figures.add(
      cell('one process for all actors', 'orders/s'),
      each(rounds, (round) => round[of].one),
    );
    figures.add(
      cell('a process for each actor', 'orders/s'),
      each(rounds, (round) => round[of].apart),
    );
    figures.add(
      cell('each ÷ one', '×'),
      each(rounds, (round) => round[of].apart / round[of].one),
    );
  }
}

const each = (rounds: readonly Round[], of: (round: Round) => number): number[] => rounds.map(of);
