import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Actor, Partners } from '../src/actors/actor.ts';
import type { Outgoing } from '../src/broker/broker.ts';
import type { HostOptions } from '../src/broker/host/host.ts';
import type { Store } from '../src/broker/host/store.ts';
import { BaedalError } from '../src/errors.ts';
import { except } from './except.ts';

/** Where a process can die, in the order in which a message meets these places. */
export const allPoints = [
  'before-commit',
  'after-commit',
  'before-call',
  'after-call',
  'before-publish',
  'publish-unconfirmed',
  'after-confirm',
  'after-ack',
  'before-retry',
  'after-retry',
  'before-burial',
  'after-burial',
] as const;
export type CrashPoint = (typeof allPoints)[number];

/**
 * The process dies when it comes to `point` for the `nth` time, counted from 1. Retries and burials are rare: there the actor is made to fail
 * at its `nth` message, and the process dies of what comes of it.
 */
export type Crash = { point: CrashPoint; nth: number };

/** What an actor is made to throw, so that something is tried again or buried. */
class MadeUpFault extends BaedalError {
  readonly code = 'made-up';
  constructor(readonly retry: boolean) {
    super('A fault was made up.');
  }
}

/**
 * Puts crash points around what a host is made of. The production code knows nothing of them.
 *
 * At its point the step stands still for a moment, and every later one with it, before the process dies: what was said too early, an
 * ack above all, has the time to do its damage.
 * @param die called at the place where it is to happen; it does not come back
 */
export function crashing(parts: HostOptions<unknown>, { point, nth }: Crash, die: () => void): HostOptions<unknown> {
  const faulty = ['before-retry', 'after-retry', 'before-burial', 'after-burial'].includes(point);
  let left = faulty ? 1 : nth;
  const pass = async (here: CrashPoint): Promise<void> => {
    if (left === 0) return new Promise(() => {});
    if (here !== point || --left > 0) return;
    // A moment later it would be confirmed.
    if (point !== 'publish-unconfirmed') await sleep(standsStillMs);
    die();
  };
  return {
    ...parts,
    actor: faulty ? throwingOnce(parts.actor, nth, point.endsWith('-retry')) : parts.actor,
    broker: brokerWith(pass, parts.broker),
    store: storeWith(pass, parts.store),
    partners: partnersWith(pass, parts.partners),
  };
}

/** Longer than a transport takes to write an ack, milliseconds. */
const standsStillMs = 40;

type Pass = (here: CrashPoint) => Promise<void>;

/** Throws once, at its nth message: what cannot be tried again is buried. */
function throwingOnce(actor: Actor<unknown>, nth: number, retry: boolean): Actor<unknown> {
  let left = nth;
  const handlers = Object.entries(actor.on).map(([type, handle]) => [
    type,
    (...args: unknown[]) => {
      if (--left === 0) throw new MadeUpFault(retry);
      return (handle as (...args: unknown[]) => unknown)(...args);
    },
  ]);
  return { ...actor, on: Object.fromEntries(handlers) };
}

function storeWith(pass: Pass, store: Store<unknown>): Store<unknown> {
  return except(store, {
    commit: async (batch) => {
      const leadsOn = [...batch.outcomes.values()].some(({ outputs, call }) => outputs.length > 0 || call);
      if (!leadsOn) return store.commit(batch); // nothing could be lost after it
      await pass('before-commit');
      await store.commit(batch);
      await pass('after-commit');
    },
  });
}

function partnersWith(pass: Pass, { turnsAway, busyForMs, ...partners }: Partners): Partners {
  const around =
    (ask: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      await pass('before-call');
      const answer = await ask(...args);
      await pass('after-call');
      return answer;
    };
  const each = Object.entries(partners).map(([type, ask]) => [type, around(ask as Parameters<typeof around>[0])]);
  return {
    ...(Object.fromEntries(each) as Partners),
    ...(turnsAway && { turnsAway }),
    ...(busyForMs && { busyForMs }),
  };
}

function brokerWith(pass: Pass, broker: HostOptions<unknown>['broker']): HostOptions<unknown>['broker'] {
  return except(broker, {
    publish: async (messages) => {
      if (isRetry(messages)) {
        await pass('before-retry');
        await broker.publish(messages);
        return await pass('after-retry');
      }
      await pass('before-publish');
      const confirmed = broker.publish(messages);
      await nextTurn(); // by then it is on its way, and nobody has heard of it yet
      await pass('publish-unconfirmed');
      await confirmed;
      await pass('after-confirm');
    },
    bury: async (letters) => {
      await pass('before-burial');
      await broker.bury(letters);
      await pass('after-burial');
    },
    consume: (queue, options) =>
      broker.consume(queue, {
        ...options,
        onDeliveries: (deliveries) =>
          options.onDeliveries(
            deliveries.map((delivery) => ({
              ...delivery,
              ack: () => {
                delivery.ack();
                void pass('after-ack');
              },
            })),
          ),
      }),
  });
}

const isRetry = (messages: readonly Outgoing[]): boolean =>
  messages.some(({ failingSince }) => failingSince !== undefined);
