import { join } from 'node:path';
import { demoPace } from '../src/actors/pace.ts';
import type { Outgoing } from '../src/broker/broker.ts';
import { folderOf } from '../src/cli/open-broker.ts';
import type * as PlatformModule from '../src/cli/platform.ts';
import type { Settings } from '../src/cli/settings.ts';
import { PspSimulator } from '../src/partners/psp-simulator.ts';
import { countByStatus } from '../src/readmodel/list-orders.ts';
import { openForQueries } from '../src/readmodel/schema.ts';
import { menu } from './menu.ts';
import { place, placeOrder } from './place.ts';
import { untilDelivered } from './until-delivered.ts';

/** What is measured is what is built. */
const { startPlatform } = (await import(
  new URL('../dist/cli/platform.js', import.meta.url).href
)) as typeof PlatformModule;
type Platform = PlatformModule.Platform;

/** How long the notifier may be behind, milliseconds. */
const toldWithinMs = 60_000;

/** The whole platform in this process, with no artificial delay anywhere. Payments are simulated in it too. */
export async function startInstantly(settings: Settings): Promise<Platform> {
  const provider = new PspSimulator(join(settings.data, 'psp.sqlite'));
  const platform = await startPlatform({
    settings,
    menu,
    pace: { ...demoPace, speed: Number.POSITIVE_INFINITY, pickupMs: 0 },
    quiet: true,
    provider,
    onProblem: (problem) => console.error(problem),
  });
  const stop = async () => {
    await platform.stop();
    provider.close();
  };
  return { ...platform, stop };
}

/**
 * Places `orders` orders, `waiting` at a time, and waits until the read model shows all of them delivered.
 * @returns how long it took, milliseconds
 */
export async function runJourneys(
  settings: Settings,
  { broker }: Pick<Platform, 'broker'>,
  orders: number,
  waiting = 400,
): Promise<number> {
  const db = openForQueries(folderOf(settings));
  const already = countByStatus(db).delivered ?? 0;
  const startedAt = performance.now();
  let left = orders;
  const customer = async () => {
    while (left-- > 0) await place(broker);
  };
  await Promise.all(Array.from({ length: waiting }, customer));
  await untilDelivered(() => (countByStatus(db).delivered ?? 0) - already, orders);
  const tookMs = performance.now() - startedAt;
  db.close();
  return tookMs;
}

/** Until everybody has been told everything of the delivered orders: nothing is on its way any more. @param toldOfEach messages to people, an order */
export async function untilAllTold(settings: Settings, toldOfEach: number): Promise<void> {
  const db = openForQueries(folderOf(settings));
  const told = db.prepare('SELECT count(*) FROM notifications').pluck();
  const giveUpAt = performance.now() + toldWithinMs;
  while ((told.get() as number) < (countByStatus(db).delivered ?? 0) * toldOfEach) {
    if (performance.now() > giveUpAt) throw new Error('Not everybody was told everything.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  db.close();
}

/** Everything that is published for one order, in the order in which it is, by watching a broker while it is used. */
export async function recordJourney(settings: Settings, platform: Platform): Promise<Outgoing[]> {
  const published: Outgoing[] = [];
  const { broker } = platform;
  const original = broker.publish;
  broker.publish = (messages) => {
    published.push(...messages);
    return original.call(broker, messages);
  };
  const from = await broker.journalEnd();
  await runJourneys(settings, platform, 1, 1);
  // What the listening thread publishes is seen in the journal only; its last follows the delivery.
  const reading = await broker.readJournal(from, (entries) => {
    for (const { envelope } of entries)
      if (envelope?.type === 'NotificationSent')
        published.push({ envelope: envelope as unknown as Outgoing['envelope'] });
  });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await reading.stop();
  broker.publish = original;
  if (!published.some(({ envelope }) => envelope.type === 'PlaceOrder'))
    published.unshift({ envelope: { ...placeOrder(), replyTo: 'x'.repeat(60) } });
  return published;
}
