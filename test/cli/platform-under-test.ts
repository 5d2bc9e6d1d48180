import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../src/actors/actor.ts';
import { demoPace } from '../../src/actors/pace.ts';
import { houseRules } from '../../src/actors/rules.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { connectUrls } from '../../src/broker/rabbitmq/broker-url.ts';
import { clearTopology } from '../../src/broker/rabbitmq/remove.ts';
import { folderOf, openBroker } from '../../src/cli/open-broker.ts';
import { ledgerOf } from '../../src/cli/own-psp.ts';
import type { Settings } from '../../src/cli/settings.ts';
import { newId } from '../../src/client/new-id.ts';
import { findOrder, type OrderStory } from '../../src/readmodel/find-order.ts';
import { openForQueries } from '../../src/readmodel/schema.ts';
import { baedal, spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { ledgerLines, pspKey } from '../harness/psp.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { ownCatalog } from './own-catalog.ts';

/** The words that order an udon for kim, and whatever else is said. */
export const order = (...args: string[]): string[] => {
  const content = ['--customer', 'kim', '--store', 'noodle-bar', '--item', 'udon'];
  return ['order', 'place', ...content, ...args];
};

/** Where a platform is tried: its broker, its data, its own namespace, and a catalogue of the user's own. */
export function stage(broker: string, options: { autoAccept?: boolean } = {}) {
  const folder = tempFolder();
  const catalog = ownCatalog(folder.path, options);
  const namespace = `t${Math.random().toString(36).slice(2, 10)}`;
  const settings: Settings = {
    broker,
    data: join(folder.path, 'data'),
    catalog,
    lang: 'en',
    namespace,
    json: false,
    pspKey,
    rules: houseRules,
    storeDeadlineMs: demoPace.storeDeadlineMs,
  };
  const env = {
    BAEDAL_BROKER: broker,
    BAEDAL_DATA: settings.data,
    BAEDAL_CATALOG: catalog,
    BAEDAL_NAMESPACE: namespace,
    BAEDAL_LANG: 'en',
    BAEDAL_PSP_KEY: pspKey,
    HOME: folder.path,
  };

  return {
    settings,
    env,
    /** Starts `baedal up` and waits until it is up. */
    up: async (...args: string[]) => {
      const running = spawnBaedal(['up', ...args], { env });
      await running.waitForLine('Up: ');
      return running;
    },
    run: (...args: string[]) => baedal(args, { env }),
    /** Runs a command with --json; its exit code and what it printed. */
    // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects
    json: async (...args: string[]): Promise<{ code: number | null; data: any; stderr: string }> => {
      const { code, stdout, stderr } = await baedal([...args, '--json'], { env });
      return { code, data: stdout.trim() === '' ? undefined : JSON.parse(stdout), stderr };
    },
    /** Places many orders, `everyMs` milliseconds apart; what each was answered, if anything, once all have been. */
    placeMany: async (count: number, everyMs = 0, answerWithinMs = 60_000) => {
      const client = await openBroker(settings, 'client');
      const ids = Array.from({ length: count }, () => newId());
      const answers = ids.map(async (orderId, i) => {
        await sleep(i * everyMs);
        const lines = [{ itemId: 'udon', quantity: 2 }];
        const data = { orderId, customerId: 'kim', storeId: 'noodle-bar', lines, billingKey: 'card-kim' };
        const at = Date.now();
        const envelope = {
          id: newId(),
          type: 'PlaceOrder',
          key: orderId,
          at,
          data: { ...data, answerBy: at + answerWithinMs },
        };
        return client.request(envelope as Envelope, answerWithinMs).then(
          (answer) => ({ orderId, answer: answer as Answer | undefined }),
          () => ({ orderId, answer: undefined }),
        );
      });
      return { ids, answers: Promise.all(answers), close: () => client.close() };
    },
    /** The story of each order, once all are in one of these statuses. */
    stories: (orderIds: readonly string[], withinMs = 60_000) => {
      const db = openForQueries(folderOf(settings));
      return eventually(
        () => {
          const stories = orderIds.map((orderId) => findOrder(db, orderId));
          const missing = stories.filter((story) => story?.status !== 'delivered');
          if (missing.length > 0)
            throw new Error(
              `${missing.length} of ${orderIds.length} are not delivered, such as ${JSON.stringify(missing[0])}`,
            );
          return stories as OrderStory[];
        },
        { withinMs },
      ).finally(() => db.close());
    },
    /** What our own payment provider has charged and given back, by order, from its ledger. */
    charges: () => {
      const charges = new Map<string, { orderId: string; amountWon: number; refundedWon: number }>();
      for (const { kind, orderId, amountWon } of ledgerLines(ledgerOf(settings))) {
        if (kind === 'declined') continue;
        const charge = charges.get(orderId) ?? { orderId, amountWon: 0, refundedWon: 0 };
        charge[kind === 'captured' ? 'amountWon' : 'refundedWon'] += amountWon;
        charges.set(orderId, charge);
      }
      return charges;
    },
    cleanUp: async () => {
      try {
        if (broker === 'sqlite:') return;
        const client = await openBroker(settings, 'client');
        const { topology } = client;
        await client.close();
        const { connect } = await import('amqplib');
        const connection = await connect(connectUrls(broker)[0]); // any node of a cluster deletes for all
        await clearTopology(connection, topology);
        await connection.close();
      } finally {
        folder.remove();
      }
    },
  };
}

export type Stage = ReturnType<typeof stage>;
