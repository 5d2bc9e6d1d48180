import type { Actor, Partners } from '../src/actors/actor.ts';
import type { Envelope } from '../src/broker/envelope.ts';
import { type Gap, mostUnconfirmed } from '../src/broker/host/gathering.ts';
import { Host, type HostProblem } from '../src/broker/host/host.ts';
import type { Store } from '../src/broker/host/store.ts';
import type { WorkQueue } from '../src/broker/topology.ts';
import { watchSettled } from './settled-watch.ts';
import type { SimProcess } from './sim-process.ts';
import { told } from './told.ts';
import { type UsedBroker, withReplaced } from './used-broker.ts';

export type HostsOptions = {
  process: SimProcess;
  actors: readonly Actor<unknown>[];
  queues: readonly WorkQueue[];
  broker: UsedBroker;
  storeOf(queue: string): Store<unknown>;
  partners: Partners;
  onProblem(problem: HostProblem): void;
  /** Told each time that a host has been given something, and how much it may have in hand at most. */
  onHands(host: Host<unknown>, most: number): void;
  /** Told of what a host says again although it had dealt with what it came of. */
  onSaidAgain(said: Envelope): void;
};

const gaps: Gap[] = [{ everyMs: 0 }, { everyMs: 100 }, { everyMs: 10, burst: 4, only: 'answers' }];

/** The real hosts of one process, one for each queue of its actors. How much they take at a time is a matter of fate. */
export function openHosts(options: HostsOptions): Host<unknown>[] {
  const { process, actors, queues, storeOf, partners, onProblem } = options;
  const { world } = process;
  const limits = {
    prefetch: world.fate.pick('prefetch', [512, 1, 2, 5]),
    maxBatch: world.fate.pick('the largest batch', [256, 1, 3]),
    gap: world.fate.pick('how often a batch begins', gaps),
  };
  // What a link brought, what partners are being asked about, and what is begun: however often the link is lost.
  const { prefetch, maxBatch } = limits;
  const most = 2 * prefetch + (mostUnconfirmed + 1) * Math.min(maxBatch, prefetch);
  return actors.flatMap((actor) =>
    queues
      .filter((queue) => queue.actor === actor.name)
      .map((queue) => {
        const watched = watchSettled(options.broker, options.onSaidAgain);
        const broker = withReplaced(watched, {
          consume: (name, wanted) =>
            watched.consume(name, {
              ...wanted,
              onDeliveries: (deliveries) => {
                wanted.onDeliveries(deliveries);
                options.onHands(host, most);
              },
            }),
        });
        const host: Host<unknown> = new Host({
          ...limits,
          actor: world.story ? told(world, process.name, actor) : actor,
          queue,
          broker,
          store: storeOf(queue.name),
          partners,
          now: () => world.timeline.now + process.skewMs,
          elapsed: () => world.timeline.now,
          newId: () => world.newId(),
          onProblem,
        });
        return host;
      }),
  );
}
