import { rmSync } from 'node:fs';
import { benchSettings } from './bench-settings.ts';
import { orderSteadily } from './order-steadily.ts';
import type { Part } from './part.ts';
import { startProcesses } from './processes.ts';

/** Orders a second: what a busy town orders, and ten times that. */
const loads = [
  { perSecond: 50, p50: { atMost: 10 }, p99: { atMost: 50 } },
  { perSecond: 500, p50: {}, p99: {} },
];

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

async function run(broker: string, perSecond: number, seconds: number) {
  const settings = benchSettings(broker);
  try {
    const processes = await startProcesses(settings);
    try {
      await processes.up();
      return await orderSteadily(settings, perSecond, seconds);
    } finally {
      await processes.stop();
    }
  } finally {
    rmSync(settings.data, { recursive: true, force: true });
  }
}
