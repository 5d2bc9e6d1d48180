import { hostname } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import type { Partners } from '../actors/actor.ts';
import type { Menu } from '../actors/menu.ts';
import type { Pace } from '../actors/pace.ts';
import type { Broker } from '../broker/broker.ts';
import type { Envelope } from '../broker/envelope.ts';
import { Host, type HostProblem } from '../broker/host/host.ts';
import { SqliteStore } from '../broker/host/sqlite-store.ts';
import { reasonOf } from '../errors.ts';
import type { BreakerState } from '../partners/breaker.ts';
import { guardedPsp } from '../partners/guarded-psp.ts';
import { consoleChannel, NotificationSender } from '../partners/notification-channel.ts';
import type { PaymentProvider } from '../partners/psp.ts';
import { follow } from '../readmodel/follow.ts';
import { type ActorName, cast } from './cast.ts';
import { startClerk } from './dead-letter-clerk.ts';
import { FoldMeter } from './fold-meter.ts';
import { newId } from './new-id.ts';
import { folderOf, now, openBroker } from './open-broker.ts';
import { outcomesKeptMs } from './outcomes-kept.ts';
import { say } from './print.ts';
import type { Settings } from './settings.ts';
import { startTelling, type TellerOptions } from './teller.ts';

/** What one side of the platform runs. It can be sent to another thread. */
export type SidePlan = {
  settings: Settings;
  menu: Menu;
  pace: Pace;
  actors: readonly ActorName[];
  /** Whether this side keeps the read model up to date, and puts dead letters into the journal that it is folded from. */
  readModel: boolean;
  /** Whether it takes what could not be handled out of the dead-letter queue, and into the journal. */
  deadLetters: boolean;
  /** Whether the messages to people are not printed. */
  quiet: boolean;
};

/** What went wrong and is being dealt with; `fatal`: this side cannot go on. */
export type Problem = Omit<HostProblem, 'actor'> & { actor: string };

export type Side = {
  broker: Broker;
  /** Takes nothing more, finishes what is in hand within `graceMs` milliseconds, and closes everything. Safe to call twice. */
  stop(graceMs: number): Promise<void>;
};

type Closer = (graceMs: number) => Promise<void> | void;

/**
 * Starts actors with their partners, and perhaps the read model, in this thread. What was started is closed in reverse order.
 * @param provider whom the payment actor asks; the caller closes it
 */
export async function startSide(
  plan: SidePlan,
  onProblem: (problem: Problem) => void,
  provider?: PaymentProvider,
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
    for (const actor of cast(plan.menu, plan.pace, settings.rules, settings.lang)) {
      if (!actors.includes(actor.name as ActorName)) continue;
      for (const queue of broker.topology.queues.filter((queue) => queue.actor === actor.name)) {
        const path = join(folder, 'actors', `${actor.name}.${queue.partition}.sqlite`);
        const store = new SqliteStore<unknown>(path, actor.name);
        closers.push(
          () => store.close(),
          forgetOldOutcomes(store, (error) => onProblem({ actor: actor.name, kind: 'store', reason: reasonOf(error) })),
        );
        const host = new Host({ actor, queue, broker, store, partners, now, newId, onProblem });
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

/** The partner whose breaker this is. */
const paymentProvider = 'payment-provider';

/** Only the partners that the actors of this side call. `breakers` is kept up to date with their states. */
function openPartners(
  plan: SidePlan,
  folder: string,
  broker: Broker,
  closers: Closer[],
  onProblem: (problem: Problem) => void,
  provider: PaymentProvider | undefined,
  breakers: Map<string, BreakerState>,
): Partners {
  const absent = () =>
    Promise.reject(new Error('An actor called a partner that its side of the platform does not have.'));
  const partners: Partners = { Charge: absent, Void: absent, Refund: absent, Notify: absent };
  if (plan.actors.includes('payment') && provider) {
    breakers.set(paymentProvider, 'closed');
    const onBreaker = (state: BreakerState, reason: string) => {
      breakers.set(paymentProvider, state);
      onProblem({ actor: 'payment', kind: 'breaker', reason: `${state}. ${reason}` });
      tellJournal(broker, state, reason).catch((error: unknown) =>
        onProblem({ actor: 'payment', kind: 'publish', reason: reasonOf(error) }),
      );
    };
    const onFault = (orderId: string, reason: string) =>
      onProblem({ actor: 'payment', kind: 'partner', orderId, reason });
    const guarded = guardedPsp(provider, { now, onBreaker, onFault });
    Object.assign(partners, { Charge: guarded.charge, Void: guarded.void, Refund: guarded.refund });
  }
  if (plan.actors.includes('notifier')) {
    const channel = consoleChannel(plan.quiet ? () => {} : say);
    const sender = new NotificationSender(join(folder, 'notifications.sqlite'), channel, now);
    closers.push(() => sender.close());
    partners.Notify = sender.notify;
  }
  return partners;
}

/** Anybody may see later when nobody could pay, and why. */
function tellJournal(broker: Broker, state: BreakerState, reason: string): Promise<void> {
  const envelope: Envelope<'BreakerChanged'> = {
    id: newId(),
    type: 'BreakerChanged',
    key: paymentProvider,
    at: now(),
    data: { partner: paymentProvider, state, reason: reason.slice(0, 2_000) },
  };
  return broker.publish([{ envelope }]);
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
