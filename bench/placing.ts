import { rmSync } from 'node:fs';
import { benchSettings } from './bench-settings.ts';
import { runJourneys, startInstantly } from './journey.ts';
import { type Answered, orderSteadily } from './order-steadily.ts';
import type { Part } from './part.ts';

/** Orders a second: what a busy town orders, and ten times that. */
const loads = [
  { perSecond: 50, p50: { atMost: 10 }, p99: { atMost: 50 } },
  { perSecond: 500, p50: {}, p99: {} },
];

/** What has run a thousand times is compiled. A few customers at a time, as under load. */
const warmUpOrders = 1_000;
const warmUpWaiting = 20;

/** Measures how long a customer waits while others order too, whatever becomes of them. */
export const placing: Part = {
  name: 'placing',
  what: 'How long it takes until an order is answered, while so many come each second. The payment provider takes no time.',
  usual: { seconds: 20 },
  full: { seconds: 60 },
  run: async ({ seconds }, { figures, rabbitMq }) => {
    const { url } = await rabbitMq();
    for (const [column, broker] of [
      ['embedded', 'sqlite:'],
      ['RabbitMQ', url],
    ] as const) {
      for (const { perSecond, p50, p99 } of loads) {
        const answered = await run(broker, perSecond, seconds);
        const cell = (what: string, target = {}) => ({
          ...{ table: 'placing', column, unit: 'ms', ...target },
          what: `${perSecond} orders a second, ${what}`,
        });
        figures.add(cell('p50', p50), answered.p50Ms);
        figures.add(cell('p99', p99), answered.p99Ms);
        figures.add(cell('slowest'), answered.maxMs);
      }
    }
  },
};

async function run(broker: string, perSecond: number, seconds: number): Promise<Answered> {
  const settings = benchSettings(broker);
  try {
    const platform = await startInstantly(settings);
    try {
      await runJourneys(settings, platform, warmUpOrders, warmUpWaiting);
      return await orderSteadily(settings, perSecond, seconds);
    } finally {
      await platform.stop();
    }
  } finally {
    rmSync(settings.data, { recursive: true, force: true });
  }
}
