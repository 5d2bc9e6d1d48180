import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Actor, Partners } from '../src/actors/actor.ts';
import type { Broker, Outgoing } from '../src/broker/broker.ts';
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
 * @param die called at the place where it is to happen; it does not come back
 */
export function crashing(parts: HostOptions<unknown>, { point, nth }: Crash, die: () => void): HostOptions<unknown> {
  const faulty = ['before-retry', 'after-retry', 'before-burial', 'after-burial'].includes(point);
  let left = faulty ? 1 : nth;
  const pass = (here: CrashPoint): void => {
    if (here === point && --left === 0) die();
  };
  return {
    ...parts,
    actor: faulty ? throwingOnce(parts.actor, nth, point.endsWith('-retry')) : parts.actor,
    broker: brokerWith(pass, parts.broker),
    store: storeWith(pass, parts.store),
    partners: partnersWith(pass, parts.partners),
  };
}

/** An ack is written a little after it was given, milliseconds. */
const ackWrittenMs = 20;

type Pass = (here: CrashPoint) => void;

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
      pass('before-commit');
      await store.commit(batch);
      pass('after-commit');
    },
  });
}

function partnersWith(pass: Pass, partners: Partners): Partners {
  const around =
    (ask: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      pass('before-call');
      const answer = await ask(...args);
      pass('after-call');
      return answer;
    };
  const each = Object.entries(partners).map(([type, ask]) => [type, around(ask as Parameters<typeof around>[0])]);
  return Object.fromEntries(each) as Partners;
}

function brokerWith(pass: Pass, broker: Broker): Broker {
  return except(broker, {
    publish: async (messages) => {
      if (isRetry(messages)) {
        pass('before-retry');
        await broker.publish(messages);
        return pass('after-retry');
      }
      pass('before-publish');
      const confirmed = broker.publish(messages);
      await nextTurn(); // by then it is on its way, and nobody has heard of it yet
      pass('publish-unconfirmed');
      await confirmed;
      pass('after-confirm');
    },
    bury: async (letters) => {
      pass('before-burial');
      await broker.bury(letters);
      pass('after-burial');
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
                setTimeout(pass, ackWrittenMs, 'after-ack');
              },
            })),
          ),
      }),
  });
}

const isRetry = (messages: readonly Outgoing[]): boolean =>
  messages.some(({ failingSince }) => failingSince !== undefined);
