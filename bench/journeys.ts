import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { provideRabbitMq } from '../scripts/rabbitmq.js';
import type { Outgoing } from '../src/broker/broker.ts';
import { benchSettings } from './bench-settings.ts';
import { rawEmbedded, rawRabbitMq } from './ceiling.ts';
import { median, percentile } from './figures.ts';
import { place, recordJourney, runJourneys, startInstantly } from './journey.ts';

/**
 * Measures whole journeys a second, from PlaceOrder to DeliveryCompleted in the read model, with the raw ceiling of the same broker in the
 * same run beside it; and how long placing one order takes on an idle system. RabbitMQ comes from BAEDAL_TEST_AMQP_URL, or is started
 * for the run.
 */
export async function benchJourneys(orders: number, rounds: number): Promise<void> {
  const rabbit = await provideRabbitMq();
  console.log(`RabbitMQ: ${rabbit.how}. ${rounds} rounds of ${orders} orders; medians.\n`);
  try {
    for (const [title, url] of [
      ['embedded', 'sqlite:'],
      ['RabbitMQ', rabbit.url],
    ] as const) {
      const journeys: number[] = [];
      const ceilings: number[] = [];
      const placings: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const own = benchSettings(url);
        const platform = await startInstantly(own);
        const messages: Outgoing[] = await recordJourney(own, platform);
        for (let i = 0; i < 100; i++) {
          const startedAt = performance.now();
          await place(platform.broker);
          placings.push(performance.now() - startedAt);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        await runJourneys(own, platform, Math.ceil(orders / 10)); // warm
        journeys.push((orders / (await runJourneys(own, platform, orders))) * 1_000);
        const { topology } = platform.broker;
        await platform.stop();
        const raw =
          url === 'sqlite:'
            ? rawEmbedded(mkdtempSync(join(own.data, 'raw-')), topology, messages, orders)
            : rawRabbitMq(url, topology, messages, orders);
        ceilings.push((orders / (await raw)) * 1_000);
        rmSync(own.data, { recursive: true, force: true });
        if (round === 0) console.log(`${title}: ${messages.length} messages published an order`);
      }
      const ratios = journeys.map((rate, i) => rate / ceilings[i]!);
      console.log(`  whole journeys        ${median(journeys).toFixed(0)} orders/s`);
      console.log(`  raw ceiling           ${median(ceilings).toFixed(0)} orders/s' worth of the same messages`);
      console.log(
        `  ratio                 ${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`,
      );
      console.log(
        `  placing, idle         p50 ${percentile(placings, 0.5).toFixed(1)} ms, p99 ${percentile(placings, 0.99).toFixed(1)} ms\n`,
      );
    }
  } finally {
    await rabbit.stop();
  }
}
