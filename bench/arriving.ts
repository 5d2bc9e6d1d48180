/** A process of its own that puts arriving orders into the journal, until it is told to end: see `startArriving`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '../src/broker/envelope.ts';
import { now } from '../src/cli/open-broker.ts';
import type { Settings } from '../src/cli/settings.ts';
import { Arrivals } from './arrivals.ts';
import type { Arrived } from './start-arriving.ts';
import { openJournal } from './stored-orders.ts';

/** From one event of an order to its next one: 13 seconds from received to delivered. */
const stepMs = 1_000;
const tickMs = 10;

const { settings, first, perSecond } = JSON.parse(process.argv[2]!) as {
  settings: Settings;
  first: number;
  perSecond: number;
};
const journal = await openJournal(settings);
const arrivals = new Arrivals(first, perSecond, stepMs);
let ending = false;
const end = (): void => {
  ending = true;
};
process.once('message', end);
process.once('disconnect', end); // whoever wanted it is gone

const startedAt = performance.now();
const publishDue = async (): Promise<void> => {
  const due = arrivals.due(performance.now() - startedAt, now());
  await Promise.all(due.map((envelope) => journal.publish([{ envelope: envelope as unknown as Envelope }])));
};
while (!ending) {
  await publishDue();
  await sleep(tickMs);
}
const seconds = (performance.now() - startedAt) / 1_000;
arrivals.end();
await publishDue();
await journal.close();
if (process.connected) {
  process.send!({ next: arrivals.next, perSecond: (arrivals.next - first) / seconds } satisfies Arrived);
  process.disconnect();
}
