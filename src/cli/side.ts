import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
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
import { newId } from './new-id.ts';
import { folderOf, now, openBroker } from './open-broker.ts';
import { outcomesKeptMs } from './outcomes-kept.ts';
import { say } from './print.ts';
import type { Settings } from './settings.ts';

/** What one side of the platform runs. It can be sent to another thread. */
export type SidePlan = {
  settings: Settings;
  menu: Menu;
  pace: Pace;
  actors: readonly ActorName[];
  /** Whether this side keeps the read model up to date, and puts dead letters into the journal that it is folded from. */
  readModel: boolean;
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
    const broker = await openBroker(settings, 'host');
    closers.push(() => broker.close());
    if (plan.readModel) {
      const onFailure = (error: unknown, final: boolean) =>
        onProblem({ actor: 'read model', kind: final ? 'fatal' : 'store', reason: reasonOf(error) });
      closers.push(follow(folder, broker, onFailure));
      const onLetterFailure = (error: unknown) =>
        onProblem({ actor: 'dead letters', kind: 'publish', reason: reasonOf(error) });
      closers.push(await startClerk(broker, onLetterFailure));
    }
    const partners = openPartners(plan, folder, broker, closers, onProblem, provider);
    const hosts: Host<unknown>[] = [];
    for (const actor of cast(plan.menu, plan.pace, settings.rules, settings.lang)) {
      if (!actors.includes(actor.name as ActorName)) continue;
      for (const queue of broker.topology.queues.filter((queue) => queue.actor === actor.name)) {
        const path = join(folder, 'actors', `${actor.name}.${queue.partition}.sqlite`);
        const store = new SqliteStore<unknown>(path, actor.name);
        closers.push(
          () => store.close(),
          forgetOldOutcomes(store, (error) => onProblem({ actor: actor.name, kind: 'store', reason: reasonOf(error) })),
        );
        hosts.push(new Host({ actor, queue, broker, store, partners, now, newId, onProblem }));
      }
    }
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

/** Only the partners that the actors of this side call. */
function openPartners(
  plan: SidePlan,
  folder: string,
  broker: Broker,
  closers: Closer[],
  onProblem: (problem: Problem) => void,
  provider: PaymentProvider | undefined,
): Partners {
  const absent = () =>
    Promise.reject(new Error('An actor called a partner that its side of the platform does not have.'));
  const partners: Partners = { Charge: absent, Void: absent, Refund: absent, Notify: absent };
  if (plan.actors.includes('payment') && provider) {
    const onBreaker = (state: BreakerState, reason: string) => {
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
  const partner = 'payment-provider';
  const envelope: Envelope<'BreakerChanged'> = {
    id: newId(),
    type: 'BreakerChanged',
    key: partner,
    at: now(),
    data: { partner, state, reason: reason.slice(0, 2_000) },
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
