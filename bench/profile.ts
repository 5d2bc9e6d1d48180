import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { benchSettings } from './bench-settings.ts';
import { runJourneys, startInstantly } from './journey.ts';
import type { Part } from './part.ts';
import { ticksIn, ticksPerSecond } from './process-use.ts';

/** Where the processor time of an order went, milliseconds; and how busy others kept the machine meanwhile, from 0 to 1. */
type Profile = { deciding: number; listening: number; helpers: number; broker: number; all: number; others: number };

/**
 * Measures the processor time of whole journeys. On a machine that is busy it says more than orders a second do; how busy others kept it
 * meanwhile stands beside it. Linux only.
 */
export const profile: Part = {
  name: 'profile',
  what: 'Processor time of an order, by the threads of the platform: that which decides, that which listens, Node with its helpers; and RabbitMQ.',
  usual: { orders: 3_000, rounds: 3 },
  full: { orders: 6_000, rounds: 5 },
  run: async ({ orders, rounds }, { figures, rabbitMq }) => {
    const { url } = await rabbitMq();
    const brokers = [
      { column: 'embedded', broker: 'sqlite:', profiles: [] as Profile[] },
      { column: 'RabbitMQ', broker: url, profiles: [] as Profile[] },
    ];
    for (let round = 0; round < rounds; round++)
      for (const { broker, profiles } of brokers) profiles.push(await profileOf(broker, orders));
    for (const { column, profiles } of brokers) {
      const add = (what: string, unit: string, of: (profile: Profile) => number) =>
        figures.add({ table: 'profile', column, what, unit }, profiles.map(of));
      add('the thread that decides', 'ms', ({ deciding }) => deciding);
      add('the thread that listens', 'ms', ({ listening }) => listening);
      add('helpers of Node: garbage, compiling', 'ms', ({ helpers }) => helpers);
      if (column === 'RabbitMQ') add('RabbitMQ itself', 'ms', ({ broker }) => broker);
      add('all together', 'ms', ({ all }) => all);
      add('what others took of the machine', '%', ({ others }) => others * 100);
    }
  },
};

async function profileOf(url: string, orders: number): Promise<Profile> {
  const own = benchSettings(url);
  const platform = await startInstantly(own);
  await runJourneys(own, platform, Math.ceil(orders / 4)); // warm
  const before = ticks();
  await runJourneys(own, platform, orders);
  const after = ticks();
  await platform.stop();
  rmSync(own.data, { recursive: true, force: true });

  const threads = Array.from(after.threads, ([id, count]) => [id, count - (before.threads.get(id) ?? 0)] as const);
  const deciding = new Map(threads).get(String(process.pid)) ?? 0;
  const others = threads.filter(([id]) => id !== String(process.pid)).map(([, count]) => count);
  const listening = Math.max(...others);
  const helpers = others.reduce((sum, count) => sum + count, 0) - listening;
  const broker = url === 'sqlite:' ? 0 : after.broker - before.broker;
  const all = deciding + listening + helpers + broker;
  const elsewhere = (after.busy - before.busy - all) / (after.busy + after.idle - before.busy - before.idle);
  const msAnOrder = (count: number) => (count / ticksPerSecond / orders) * 1_000;
  return {
    ...{ deciding: msAnOrder(deciding), listening: msAnOrder(listening), helpers: msAnOrder(helpers) },
    ...{ broker: msAnOrder(broker), all: msAnOrder(all), others: elsewhere },
  };
}

/** What has been used so far, in ticks: by each thread of this process, by every RabbitMQ on this machine, and by everybody; and what was not. */
function ticks(): { threads: Map<string, number>; broker: number; busy: number; idle: number } {
  const threads = new Map(readdirSync('/proc/self/task').map((id) => [id, ticksIn(`/proc/self/task/${id}/stat`)]));
  const brokers = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && nameOf(pid) === 'beam.smp');
  const broker = brokers.reduce((sum, pid) => sum + ticksIn(`/proc/${pid}/stat`), 0);
  const [, ...all] = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.split(/ +/);
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...interrupts] = all.slice(0, 7).map(Number);
  const busy = user + nice + system + interrupts.reduce((sum, count) => sum + count, 0);
  return { threads, broker, busy, idle: idle + waiting };
}

function nameOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined; // it has ended meanwhile
  }
}
