import type { Topology } from '../topology.ts';
import { type Publication, Returned } from './batch.ts';
import type { Generation } from './generation.ts';
import { isForJournal } from './outgoing.ts';
import { type Patience, Publisher } from './publisher.ts';

/**
 * Publishes what goes to the journal on one channel, and everything else on another.
 *
 * Where the journal gets another leader, a channel of RabbitMQ (3.10.8, and others) sends it again what has no confirm yet, numbered as the
 * channel counts what it published. Before and afterwards it numbers as it counts what it published to the journal. Where these are one
 * and the same, all is well. Where something else has been published on the channel, the journal takes as many of the next events for ones
 * that it has: it confirms them, and drops them.
 */
export class Publishers {
  readonly #topology: Topology;
  readonly #events: Publisher;
  readonly #others: Publisher;

  constructor(topology: Topology, patience: Patience) {
    this.#topology = topology;
    this.#events = new Publisher(patience);
    this.#others = new Publisher(patience);
  }

  /** Uses this generation from now on. */
  async attach(generation: Generation): Promise<void> {
    for (const publisher of this.#both) await publisher.attach(generation);
  }

  /** As a publisher does. What goes to the journal keeps its order, and so does the rest; not the one towards the other. */
  async send(publications: readonly Publication[]): Promise<void> {
    const [events, others]: [Publication[], Publication[]] = [[], []];
    for (const one of publications) (isForJournal(this.#topology, one) ? events : others).push(one);
    const settled = await Promise.allSettled([this.#events.send(events), this.#others.send(others)]);
    const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    if (failures.length === 0) return;
    // Only where all that failed came back, what came back is all that is to be sent again.
    const returned = failures.flatMap((failure) => (failure instanceof Returned ? failure.publications : []));
    throw failures.find((failure) => !(failure instanceof Returned)) ?? new Returned(returned);
  }

  /** Resolves when nothing is open any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#both.map((publisher) => publisher.idle()));
  }

  /** Takes nothing more, and fails what is still open. */
  close(): void {
    for (const publisher of this.#both) publisher.close();
  }

  get #both(): Publisher[] {
    return [this.#events, this.#others];
  }
}
