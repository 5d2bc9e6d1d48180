import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from '../src/broker/broker.ts';
import { folderOf, openBroker } from '../src/cli/open-broker.ts';
import type { Settings } from '../src/cli/settings.ts';
import { countByStatus } from '../src/readmodel/list-orders.ts';
import { openForQueries } from '../src/readmodel/schema.ts';
import { benchSettings } from './bench-settings.ts';
import { median } from './figures.ts';
import type { Part } from './part.ts';
import { place } from './place.ts';
import { usedBy } from './process-use.ts';
import { type Processes, startProcesses } from './processes.ts';
import { slopeOf } from './slope.ts';
import { untilDelivered } from './until-delivered.ts';

/** Memory after so many orders were placed, MB. RabbitMQ's is missing where it is not a process of ours. */
type Sample = { placed: number; platformMb: number; rabbitMqMb?: number };
type Outcome = { samples: Sample[]; placedPerSecond: number; deliveredPerSecond: number; mostMb: number };

const hundredThousand = 100_000;
/** A look at the memory comes after so many orders at most, and ten times at least. */
const lookAfter = 10_000;
const looks = 10;
/** Memory is the median of what is seen in so many quick looks: the garbage collector comes and goes. */
const quickLooks = 7;
const quickLookMs = 100;
/** Customers who wait for an answer at a time. */
const waiting = 200;
/** More than so much for each 100,000 orders is no noise, MB, where the half that is looked at has as many. */
const slopeAtMost = 10;

/** Measures how much memory it takes that orders wait for somebody who is away. */
export const inFlight: Part = {
  name: 'in-flight',
  what: 'The memory of the platform while orders wait for a kitchen that is away, and how long it then takes to deliver them.',
  usual: { inFlight: 100_000 },
  full: { inFlight: 200_000 },
  run: async ({ inFlight }, { figures, rabbitMq }) => {
    const rabbit = await rabbitMq();
    for (const [column, url] of [
      ['embedded', 'sqlite:'],
      ['RabbitMQ', rabbit.url],
    ] as const) {
      const pidOfRabbit = url === 'sqlite:' ? undefined : rabbit.node?.pid();
      if (url !== 'sqlite:' && pidOfRabbit === undefined)
        figures.say(`The memory of RabbitMQ itself is not seen: it is ${rabbit.how}.`);
      const { samples, ...outcome } = await run(url, inFlight, pidOfRabbit);
      const cell = (what: string, unit: string, target = {}) => ({
        ...{ table: 'in-flight', column, what, unit, ...target },
      });
      const half = Math.ceil(samples.length / 2);
      const isJudged = inFlight / 2 >= hundredThousand;
      figures.add(cell('orders that waited', ''), inFlight);
      figures.add(cell('platform, at first', 'MB'), samples[0]!.platformMb);
      figures.add(cell('platform, when all wait', 'MB'), samples.at(-1)!.platformMb);
      figures.add(cell('platform, at most, with the kitchen', 'MB'), outcome.mostMb);
      figures.add(cell('platform, each 100,000 orders of the first half', 'MB'), grownBy(samples.slice(0, half + 1)));
      figures.add(
        cell('platform, each 100,000 orders of the second half', 'MB', isJudged ? { atMost: slopeAtMost } : {}),
        grownBy(samples.slice(half)),
      );
      if (pidOfRabbit !== undefined) {
        figures.add(cell('RabbitMQ itself, at first', 'MB'), samples[0]!.rabbitMqMb!);
        figures.add(cell('RabbitMQ itself, when all wait', 'MB'), samples.at(-1)!.rabbitMqMb!);
      }
      figures.add(cell('placed', 'orders/s'), outcome.placedPerSecond);
      figures.add(cell('delivered once the kitchen is there', 'orders/s'), outcome.deliveredPerSecond);
    }
  },
};

async function run(url: string, orders: number, pidOfRabbit: number | undefined): Promise<Outcome> {
  const settings = benchSettings(url);
  try {
    const processes = await startProcesses(settings);
    try {
      const { pid } = await processes.up(['order', 'payment', 'rider', 'notifier']);
      const broker = await openBroker(settings, 'client');
      const look = (placed: number) => sampleOf(placed, pid, pidOfRabbit);
      const placedAt = performance.now();
      const samples = await placeAll(broker, orders, look);
      const placedPerSecond = (orders / (performance.now() - placedAt)) * 1_000;
      await broker.close();
      const delivery = await deliverAll(settings, processes, orders, pid);
      return { samples, placedPerSecond, ...delivery, mostMb: Math.max(delivery.mostMb, ...samples.map(mbOf)) };
    } finally {
      await processes.stop();
    }
  } finally {
    rmSync(settings.data, { recursive: true, force: true });
  }
}

/** Places so many orders, and looks at the memory now and then meanwhile; the first time once a tenth is there, as caches fill up. */
async function placeAll(broker: Broker, orders: number, look: (placed: number) => Promise<Sample>): Promise<Sample[]> {
  const each = Math.min(lookAfter, Math.ceil(orders / looks));
  const seen: Promise<Sample>[] = [];
  let left = orders;
  let placed = 0;
  const customer = async () => {
    while (left-- > 0) {
      await place(broker);
      placed++;
      if (placed % each === 0 || placed === orders) seen.push(look(placed));
    }
  };
  await Promise.all(Array.from({ length: waiting }, customer));
  return Promise.all(seen);
}

/** Starts the kitchen, and waits until the read model shows all orders delivered. The memory is that of both processes. */
async function deliverAll(settings: Settings, processes: Processes, orders: number, pid: number) {
  let mostMb = 0;
  const db = openForQueries(folderOf(settings));
  const startedAt = performance.now();
  const kitchen = await processes.up(['kitchen']);
  const delivered = () => {
    mostMb = Math.max(mostMb, usedBy(pid).residentMb + usedBy(kitchen.pid).residentMb);
    return countByStatus(db).delivered ?? 0;
  };
  await untilDelivered(delivered, orders, quickLookMs);
  const tookMs = performance.now() - startedAt;
  db.close();
  return { mostMb, deliveredPerSecond: (orders / tookMs) * 1_000 };
}

async function sampleOf(placed: number, pid: number, pidOfRabbit: number | undefined): Promise<Sample> {
  const [ours, rabbits]: [number[], number[]] = [[], []];
  for (let i = 0; i < quickLooks; i++) {
    ours.push(usedBy(pid).residentMb);
    if (pidOfRabbit !== undefined) rabbits.push(usedBy(pidOfRabbit).residentMb);
    await sleep(quickLookMs);
  }
  return { placed, platformMb: median(ours), ...(rabbits.length > 0 && { rabbitMqMb: median(rabbits) }) };
}

const mbOf = ({ platformMb }: Sample): number => platformMb;

/** Megabytes that each 100,000 orders add. */
const grownBy = (samples: readonly Sample[]): number =>
  slopeOf(samples.map(({ placed, platformMb }) => ({ x: placed / hundredThousand, y: platformMb })));
