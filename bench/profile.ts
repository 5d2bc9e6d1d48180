import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { provideRabbitMq } from '../scripts/rabbitmq.js';
import { benchSettings } from './bench-settings.ts';
import { runJourneys, startInstantly } from './journey.ts';
import { ticksIn, ticksPerSecond } from './process-use.ts';

/**
 * Where the processor time of whole journeys goes: milliseconds an order of the thread that decides, of the one that listens, of Node's helpers
 * (which collect garbage and compile), and of RabbitMQ. On a machine that is busy it says more than orders a second do; how busy others
 * kept it meanwhile stands beside it. Linux only.
 */
export async function benchProfile(orders: number, rounds: number): Promise<void> {
  const rabbit = await provideRabbitMq();
  console.log(`RabbitMQ: ${rabbit.how}. ${rounds} rounds of ${orders} orders.\n`);
  const columns = ['orders/s', 'deciding', 'listening', 'helpers', 'RabbitMQ', 'all', 'others'];
  console.log(`${' '.repeat(10)}${columns.map((column) => column.padStart(10)).join('')}`);
  try {
    for (let round = 0; round < rounds; round++)
      for (const [title, url] of [
        ['embedded', 'sqlite:'],
        ['RabbitMQ', rabbit.url],
      ] as const)
        console.log(`  ${title}  ${await profileOf(url, orders)}`);
  } finally {
    await rabbit.stop();
  }
}

async function profileOf(url: string, orders: number): Promise<string> {
  const own = benchSettings(url);
  const platform = await startInstantly(own);
  await runJourneys(own, platform, Math.ceil(orders / 4)); // warm
  const before = ticks();
  const tookMs = await runJourneys(own, platform, orders);
  const after = ticks();
  await platform.stop();
  rmSync(own.data, { recursive: true, force: true });

  const msAnOrder = (count: number) => (count / ticksPerSecond / orders) * 1_000;
  const threads = Array.from(after.threads, ([id, count]) => [id, count - (before.threads.get(id) ?? 0)] as const);
  const deciding = new Map(threads).get(String(process.pid)) ?? 0;
  const others = threads.filter(([id]) => id !== String(process.pid)).map(([, count]) => count);
  const listening = Math.max(...others);
  const helpers = others.reduce((sum, count) => sum + count, 0) - listening;
  const broker = url === 'sqlite:' ? 0 : after.broker - before.broker;
  const all = deciding + listening + helpers + broker;
  const elsewhere = (after.busy - before.busy - all) / (after.busy + after.idle - before.busy - before.idle);
  const used = [deciding, listening, helpers, broker, all].map((count) => msAnOrder(count).toFixed(2).padStart(10));
  return [perSecond(orders, tookMs), ...used, `${(elsewhere * 100).toFixed(0)} %`.padStart(10)].join('');
}

const perSecond = (orders: number, tookMs: number): string => ((orders / tookMs) * 1_000).toFixed(0).padStart(10);

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
