import { hostname } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import type { Broker } from '../broker/broker.ts';
import type { Gap } from '../broker/host/gathering.ts';
import { Host, type HostOptions } from '../broker/host/host.ts';
import { SqliteStore } from '../broker/host/sqlite-store.ts';
import { newId } from '../client/new-id.ts';
import { reasonOf } from '../errors.ts';
import type { BreakerState } from '../partners/breaker.ts';
import type { PaymentProvider } from '../partners/psp.ts';
import { follow } from '../readmodel/follow.ts';
import { type ActorName, cast } from './cast.ts';
import { startClerk } from './dead-letter-clerk.ts';
import { FoldMeter } from './fold-meter.ts';
import { folderOf, now, openBroker } from './open-broker.ts';
import { outcomesKeptMs } from './outcomes-kept.ts';
import { openPartners } from './side-partners.ts';
import type { Closer, Problem, SidePlan } from './side-plan.ts';
import { startTelling, type TellerOptions } from './teller.ts';

export type Side = {
  broker: Broker;
  /** Takes nothing more, finishes what is in hand within `graceMs` milliseconds, and closes everything. Safe to call twice. */
  stop(graceMs: number): Promise<void>;
};

/** How often the batches of each actor begin, where few messages come: a steady stream gathers. Orders never wait. */
const unhurried: Gap = { everyMs: 100 };
const gaps: Record<ActorName, Gap | undefined> = {
  order: undefined,
  payment: { everyMs: 10, burst: 4, only: 'answers' },
  kitchen: unhurried,
  rider: unhurried,
  notifier: unhurried,
};

/** Puts something around the parts that a host is made of. */
export type Dress = (parts: HostOptions<unknown>) => HostOptions<unknown>;

/**
 * Starts actors with their partners, and perhaps the read model, in this thread. What was started is closed in reverse order.
 * @param provider whom the payment actor asks; the caller closes it
 * @param dress default: the parts are used as they are
 */
export async function startSide(
  plan: SidePlan,
  onProblem: (problem: Problem) => void,
  provider?: PaymentProvider,
  dress: Dress = (parts) => parts,
): Promise<Side> {
  const { settings, actors } = plan;
  const folder = folderOf(settings);
  const closers: Closer[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (graceMs: number) => {
    stopped ??= closeAll(closers, graceMs);
    return stopped;
  };

  try {
    // Who only listens may do so from another machine, with a data folder of its own.
    const broker = await openBroker(settings, actors.length > 0 ? 'host' : 'client');
    closers.push(() => broker.close());
    const folding = plan.readModel ? new FoldMeter(now) : undefined;
    if (folding) {
      // Whatever is wrong with it, the actors go on: orders are taken, and it is folded once it can be.
      const onFailure = (error: unknown) => onProblem({ actor: 'read model', kind: 'store', reason: reasonOf(error) });
      closers.push(follow(folder, broker, { onProblem: onFailure, onFolded: folding.onFolded }));
    }
    if (plan.deadLetters) {
      const onLetterFailure = (error: unknown) =>
        onProblem({ actor: 'dead letters', kind: 'publish', reason: reasonOf(error) });
      closers.push(await startClerk(broker, onLetterFailure));
    }
    const breakers = new Map<string, BreakerState>();
    const partners = openPartners(plan, folder, broker, closers, onProblem, provider, breakers);
    const hosts: Host<unknown>[] = [];
    const told: TellerOptions['hosts'][number][] = [];
    for (const actor of cast(plan.menu, plan.pace, settings.rules)) {
      if (!actors.includes(actor.name as ActorName)) continue;
      for (const queue of broker.topology.queues.filter((queue) => queue.actor === actor.name)) {
        const path = join(folder, 'actors', `${actor.name}.${queue.partition}.sqlite`);
        const store = new SqliteStore<unknown>(path, actor.name);
        closers.push(
          () => store.close(),
          forgetOldOutcomes(store, (error) => onProblem({ actor: actor.name, kind: 'store', reason: reasonOf(error) })),
        );
        const gap = gaps[actor.name as ActorName];
        const parts = { actor, queue, broker, store, partners, now, newId, onProblem };
        const host = new Host(dress({ ...parts, ...(gap && { gap }) }));
        hosts.push(host);
        told.push({ actor: actor.name, partition: queue.partition, stats: () => host.stats });
      }
    }
    // Closed after the drain, so that whoever looks sees what is still in hand.
    closers.push(tellOf(broker, told, breakers, folding));
    closers.push(async (graceMs) => {
      const drained = await Promise.allSettled(hosts.map((host) => host.drain(graceMs)));
      for (const result of drained) if (result.status === 'rejected') throw result.reason;
    });
    for (const host of hosts) await host.start();
    return { broker, stop };
  } catch (error) {
    await stop(0).catch(() => undefined); // what failed first is what there is to say
    throw error;
  }
}

/** Tells once a second how this side is. */
function tellOf(
  broker: Broker,
  hosts: TellerOptions['hosts'],
  breakers: ReadonlyMap<string, BreakerState>,
  folding: FoldMeter | undefined,
): Closer {
  const { pid } = process;
  const host = hostname();
  return startTelling({
    broker,
    // Two sides that share a thread, as from the sources, differ by the last part.
    about: { source: `${host}-${pid}-${threadId}-${newId().slice(-8)}`, host, pid, startedAt: now() },
    hosts,
    breakers: () => Array.from(breakers, ([partner, state]) => ({ partner, state })),
    ...(folding && { readModel: folding.read }),
    memoryBytes: () => process.memoryUsage.rss(),
    now,
  });
}

/** Not at once: what was left unacked before a long stop comes again first, and must find its outcome. */
const forgetEveryMs = 60 * 60_000;

function forgetOldOutcomes(store: SqliteStore<unknown>, onFailure: (error: unknown) => void): Closer {
  const atOnce = 1_000;
  const forget = async () => {
    while ((await store.prune(now() - outcomesKeptMs, atOnce)) === atOnce) await setImmediate();
  };
  const timer = setInterval(() => void forget().catch(onFailure), forgetEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Runs every closer, the last one first, even where one fails; then says what the first failure was. */
async function closeAll(closers: Closer[], graceMs: number): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.splice(0).reverse()) {
    try {
      await close(graceMs);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
