/** A process of its own in which customers order at fixed times, whether or not anybody was answered: see `orderSteadily`. */
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBroker } from '../src/cli/open-broker.ts';
import type { Settings } from '../src/cli/settings.ts';
import type { Answered } from './order-steadily.ts';
import { place } from './place.ts';

/** What comes first is not counted: this process has just started. */
const warmUpMs = 2_000;

const { settings, perSecond, seconds } = JSON.parse(process.argv[2]!) as {
  settings: Settings;
  perSecond: number;
  seconds: number;
};
const broker = await openBroker(settings, 'client');
/** From the time an order was due until it was answered, microseconds. */
const latency = createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });
const all: Promise<void>[] = [];
const startedAt = performance.now();
const count = (warmUpMs / 1_000 + seconds) * perSecond;
for (let i = 0; i < count; i++) {
  const dueMs = (i * 1_000) / perSecond;
  const dueAt = startedAt + dueMs;
  // A timer is up to a millisecond late, and that counts: waiting in a loop would take a core from those who are measured.
  const earlyMs = dueAt - performance.now();
  if (earlyMs > 0) await sleep(Math.ceil(earlyMs));
  all.push(
    place(broker).then(() => {
      if (dueMs >= warmUpMs) latency.record(Math.max(1, Math.round((performance.now() - dueAt) * 1_000)));
    }),
  );
}
await Promise.all(all);
await broker.close();
const ms = (us: number) => us / 1_000;
process.send!({
  orders: latency.count,
  p50Ms: ms(latency.percentile(50)),
  p99Ms: ms(latency.percentile(99)),
  maxMs: ms(latency.max),
} satisfies Answered);
process.disconnect();
