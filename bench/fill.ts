import { join } from 'node:path';
import type { Partners } from '../src/actors/actor.ts';
import { demoPace } from '../src/actors/pace.ts';
import type { Broker, Delivery, Outgoing } from '../src/broker/broker.ts';
import { routeOf, type Topology } from '../src/broker/topology.ts';
import { actorNames } from '../src/cli/cast.ts';
import { folderOf, topology } from '../src/cli/open-broker.ts';
import type { Settings } from '../src/cli/settings.ts';
import { startSide } from '../src/cli/side.ts';
import { PspSimulator } from '../src/partners/psp-simulator.ts';
import { waitFor } from '../src/readmodel/catch-up.ts';
import { Reader } from '../src/readmodel/reader.ts';
import { menu } from './menu.ts';
import { placeOrder } from './place.ts';
import { openJournal } from './stored-orders.ts';

/** Orders that are on their way together, and messages in one transaction at most. */
const together = 5_000;
const maxBatch = 16_384;
/** Milliseconds that the read model may need to come after. */
const foldWithinMs = 3_600_000;

/**
 * Stores delivered orders as the platform does: its own hosts run the actors, write their states, their outcomes and the journal, and the
 * read model follows. Only the queues are not the broker's, but of this process, and transactions are larger.
 */
export async function fillWithDelivered(settings: Settings, orders: number): Promise<void> {
  const journal = await openJournal(settings);
  const provider = new PspSimulator(join(settings.data, 'psp.sqlite'));
  const queues = new QueuesInMemory(topology(settings), journal);
  const plan = {
    ...{ settings, menu, actors: actorNames, readModel: true, deadLetters: false, quiet: true },
    pace: { ...demoPace, speed: Number.POSITIVE_INFINITY, pickupMs: 0 },
  };
  const fail = ({ reason }: { reason: string }) => queues.fail(new Error(reason));
  const side = await startSide(plan, fail, provider, (parts) => ({
    ...{ ...parts, broker: queues, maxBatch },
    partners: { ...parts.partners, Charge: chargeOf(provider) },
  }));
  try {
    for (let left = orders; left > 0; left -= together) {
      await queues.publish(Array.from({ length: Math.min(together, left) }, () => ({ envelope: placeOrder() })));
      await queues.empty();
    }
    const reader = new Reader(folderOf(settings));
    const folded = await waitFor(reader, await journal.journalEnd(), foldWithinMs);
    reader.close();
    if (!folded) throw new Error('The read model did not come as far as the journal.');
  } finally {
    await side.stop(60_000);
    provider.close();
    await journal.close();
  }
}

/** Asks the provider itself: so many at once are more than the guard before it lets pass. */
const chargeOf =
  (provider: PspSimulator): Partners['Charge'] =>
  async (request) => {
    const { orderId, tries } = request;
    return { orderId, tries, ...(await provider.charge(request, new AbortController().signal)) };
  };

/** Hands messages from actor to actor, and puts events into the journal. */
class QueuesInMemory implements Pick<Broker, 'consume' | 'publish' | 'bury' | 'answer'> {
  private readonly consumers = new Map<string, (deliveries: Delivery[]) => void>();
  private inHand = 0;
  private onEmpty = () => {};
  private onFailure: (error: Error) => void = () => {};

  constructor(
    private readonly topology: Topology,
    private readonly journal: Broker,
  ) {}

  async consume(queue: string, { onDeliveries }: Parameters<Broker['consume']>[1]) {
    this.consumers.set(queue, onDeliveries);
    return { stop: async () => {} };
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    const events: Outgoing[] = [];
    const deliveries = new Map<string, Delivery[]>();
    for (const message of messages) {
      const { envelope, queue } = message;
      const route = routeOf(this.topology, envelope.type, envelope.key);
      if (!queue && this.topology.journal.routes.includes(route)) events.push(message);
      for (const name of queue ? [queue] : this.takersOf(route)) {
        const to = deliveries.get(name) ?? [];
        to.push({ envelope, attempt: 0, ack: this.ack });
        deliveries.set(name, to);
      }
    }
    if (events.length > 0) await this.journal.publish(events);
    for (const [name, all] of deliveries) {
      this.inHand += all.length;
      this.consumers.get(name)!(all);
    }
  }

  /** Resolves when nothing is in hand any more. @throws what went wrong */
  empty(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.onEmpty = resolve;
      this.onFailure = reject;
    });
  }

  fail(error: Error): void {
    this.onFailure(error);
  }

  async bury(): Promise<void> {
    this.fail(new Error('An order could not be handled.'));
  }

  answer(): void {}

  private readonly ack = (): void => {
    if (--this.inHand === 0) this.onEmpty();
  };

  private takersOf(route: string): string[] {
    return this.topology.queues.filter(({ routes }) => routes.includes(route)).map(({ name }) => name);
  }
}
