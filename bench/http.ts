import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { benchSettings } from './bench-settings.ts';
import type { Part } from './part.ts';
import { startProcesses } from './processes.ts';

/** Customers at once, each of whom orders again as soon as the last order is answered. */
const customers = 25;

/** What has run a thousand times is compiled. */
const warmUpOrders = 2_000;

/** Measures what the HTTP service, and the gateway in front of it, make of orders that come as fast as they are answered. */
export const http: Part = {
  name: 'http',
  what: `Orders over HTTP, by ${customers} customers at once, each part in a process of its own. The payment provider takes no time.`,
  usual: { seconds: 20 },
  full: { seconds: 60 },
  run: async ({ seconds }, { figures, rabbitMq }) => {
    const { url } = await rabbitMq();
    for (const [broker, address] of [
      ['embedded', 'sqlite:'],
      ['RabbitMQ', url],
    ] as const)
      await withDoors(address, async (doors) => {
        for (const [door, address] of doors) {
          await order(address, { amount: warmUpOrders });
          const load = await order(address, { duration: seconds });
          const cell = (what: string, unit: string, target = {}) => ({
            ...{ table: 'http', column: `${broker}, ${door}`, what, unit },
            ...target,
          });
          figures.add(cell('placed', 'orders/s', { atLeast: 500 }), load.placed / load.seconds);
          figures.add(cell('p50', 'ms'), load.p50Ms);
          figures.add(cell('p99', 'ms', { atMost: 100 }), load.p99Ms);
          figures.add(cell('slowest', 'ms'), load.maxMs);
          figures.add(cell('turned away as busy', ''), load.busy);
          figures.add(cell('any other answer, or none', '', { atMost: 0 }), load.others);
        }
      });
  },
};

/** The platform, the order service and the gateway; `use` is given the ways in, each with its address. */
async function withDoors(
  broker: string,
  use: (doors: readonly (readonly [string, string])[]) => Promise<void>,
): Promise<void> {
  const settings = benchSettings(broker);
  try {
    const processes = await startProcesses(settings);
    try {
      await processes.up();
      const serving = await processes.start(['serve', 'order', '--port', '0', '--rate-limit', '0'], 'service is at');
      const service = addressIn(serving);
      const config = join(settings.data, 'gateway.yml');
      writeFileSync(
        config,
        `spring: { cloud: { gateway: { routes: [{ id: Order, uri: "${service}", predicates: ["Path=/orders/**"] }] } } }`,
      );
      const gateway = addressIn(await processes.start(['gateway', '--config', config, '--port', '0'], 'Gateway at'));
      await use([
        ['the service', service],
        ['through the gateway', gateway],
      ]);
    } finally {
      await processes.stop();
    }
  } finally {
    rmSync(settings.data, { recursive: true, force: true });
  }
}

/** The first address in a line. */
const addressIn = (line: string): string => /http:\/\/[\w.:]+\w/.exec(line)![0];

type Load = {
  placed: number;
  busy: number;
  others: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
};

/** Orders, so many or for so many seconds. Each without an id, so that each is another one. */
async function order(url: string, length: { amount: number } | { duration: number }): Promise<Load> {
  const {
    statusCodeStats = {},
    errors,
    timeouts,
    duration,
    latency,
  } = await autocannon({
    url: `${url}/orders`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customerId: 'kim', storeId: 'chicken', lines: [{ itemId: 'fried', quantity: 2 }] }),
    connections: customers,
    timeout: 30,
    ...length,
  });
  const count = (status: number) => statusCodeStats[`${status}`]?.count ?? 0;
  const all = Object.values(statusCodeStats).reduce((sum, { count = 0 }) => sum + count, 0);
  const [placed, busy] = [count(201), count(503)];
  return {
    ...{ placed, busy, others: all - placed - busy + errors + timeouts, seconds: duration },
    ...{ p50Ms: latency.p50, p99Ms: latency.p99, maxMs: latency.max },
  };
}
