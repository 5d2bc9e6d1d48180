import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { benchSettings } from './bench-settings.ts';
import { median } from './figures.ts';
import { runJourneys, startInstantly } from './journey.ts';
import type { Part } from './part.ts';
import { ticksIn, ticksPerSecond } from './process-use.ts';

/** Who uses processor time, milliseconds an order; and what share of the machine others used meanwhile, percent. */
type Spent = { deciding: number; listening: number; helpers: number; broker: number; others: number };

const rows: { [U in keyof Spent]: string } = {
  deciding: 'the thread that decides, customers included',
  listening: 'the thread that listens',
  helpers: "Node's helpers, which collect garbage and compile",
  broker: 'RabbitMQ',
  others: 'used by others meanwhile',
};

/**
 * Where the processor time of whole journeys goes. On a machine that is busy it says more than orders a second do; how busy others kept it
 * meanwhile stands beside it. Linux only.
 */
export const profile: Part = {
  name: 'profile',
  what: 'Processor time an order, by thread.',
  usual: { orders: 6_000, rounds: 1 },
  full: { orders: 20_000, rounds: 3 },
  run: async ({ orders, rounds }, { figures, rabbitMq }) => {
    const { url: rabbit } = await rabbitMq();
    for (const [column, url] of [
      ['embedded', 'sqlite:'],
      ['RabbitMQ', rabbit],
    ] as const) {
      const spent: Spent[] = [];
      for (let round = 0; round < rounds; round++) spent.push(await spentBy(url, orders));
      const add = (what: string, unit: string, of: (one: Spent) => number) =>
        figures.add({ table: 'profile', column, what, unit }, spent.map(of));
      for (const part of ['deciding', 'listening', 'helpers', 'broker'] as const)
        if (median(spent.map((one) => one[part])) > 0) add(rows[part], 'ms', (one) => one[part]);
      add('all of it', 'ms', ({ deciding, listening, helpers, broker }) => deciding + listening + helpers + broker);
      add(rows.others, '%', ({ others }) => others);
    }
  },
};

async function spentBy(url: string, orders: number): Promise<Spent> {
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
  const elsewhere = after.busy - before.busy - deciding - listening - helpers - broker;
  const all = after.busy + after.idle - before.busy - before.idle;
  const msAnOrder = (count: number) => (count / ticksPerSecond / orders) * 1_000;
  return {
    deciding: msAnOrder(deciding),
    listening: msAnOrder(listening),
    helpers: msAnOrder(helpers),
    broker: msAnOrder(broker),
    others: (100 * elsewhere) / all,
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
