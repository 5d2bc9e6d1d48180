import { join } from 'node:path';
import {
  type Actor,
  answer,
  become,
  calling,
  done,
  later,
  type Partners,
  send,
  stay,
} from '../../../src/actors/actor.ts';
import type { Messages, MessageType } from '../../../src/actors/messages.ts';
import type { Broker } from '../../../src/broker/broker.ts';
import { openEmbedded } from '../../../src/broker/embedded/embedded-broker.ts';
import type { Envelope } from '../../../src/broker/envelope.ts';
import type { Gap } from '../../../src/broker/host/gathering.ts';
import { Host, type HostProblem } from '../../../src/broker/host/host.ts';
import { SqliteStore } from '../../../src/broker/host/sqlite-store.ts';
import type { Store } from '../../../src/broker/host/store.ts';
import { topologyOf } from '../../../src/broker/topology.ts';
import { newId } from '../../../src/client/new-id.ts';
import { BaedalError } from '../../../src/errors.ts';
import type { Sync } from '../../../src/sqlite/wal-sync.ts';
import { tempFolder } from '../../harness/temp-folder.ts';

export type Tally = { count: number; waiting?: string; decided?: true };

/** Nothing to be gained by trying again. */
export class Hopeless extends BaedalError {
  readonly code = 'hopeless';
  readonly retry = false;
}

/** Switches what the next `RefuseOrder` throws. */
export const faults: { next: Error[] } = { next: [] };

/** Counts what it accepts, charges when asked, throws when told to. */
export const tally: Actor<Tally> = {
  name: 'tally',
  start: { count: 0 },
  on: {
    AcceptOrder: ({ count, ...state }, { data: { orderId }, replyTo }) =>
      become(
        { ...state, count: count + 1 },
        send('OrderAccepted', { orderId, customerId: 'kim', prepMs: count + 1 }),
        ...answer(replyTo, done(orderId, 'accepted')),
      ),
    AuthorizePayment: (state, { data }) =>
      calling(stay(state), { type: 'Charge', request: { ...data, billingKey: 'card', tries: 0 } }),
    ChargeAnswered: (state, { data: { orderId } }) =>
      stay(state, send('PaymentApproved', { orderId, amountWon: 1, paymentKey: 'p' })),
    // Here the answer depends on the step that asked, and changes it.
    VoidPayment: (state, { data: { orderId } }) =>
      calling(become({ ...state, waiting: 'for the void' }), { type: 'Void', request: { orderId, look: 0 } }),
    VoidAnswered: ({ count, waiting }, { data: { orderId } }) =>
      become({ count, decided: true }, send('PaymentVoided', { orderId, amountWon: waiting ? 1 : 0 })),
    CompleteDelivery: (state, { data: { orderId }, replyTo }) =>
      stay(state, ...answer(replyTo, done(orderId, 'delivered'))),
    // Whoever asks is answered by a later message, and somebody else at once.
    ClaimDelivery: (state, { data: { orderId }, replyTo }) =>
      state.decided
        ? stay(state, ...answer(replyTo, done(orderId, 'assigned')))
        : become({ ...state, waiting: replyTo! }, ...answer('somebody-else', done(orderId, 'claimed'))),
    FinishCooking: (state, { data: { orderId } }) =>
      become({ ...state, decided: true }, ...answer(state.waiting, done(orderId, 'assigned'))),
    CancelOrder: (state, { data: { orderId } }) => stay(state, later(200, 'CookingDone', { orderId })),
    CookingDone: ({ count }, { data: { orderId } }) =>
      become({ count }, send('OrderCooked', { orderId, customerId: 'kim', storeName: { ko: '', en: '' }, rideMs: 0 })),
    RefundPayment: (state, { data: { orderId }, busyForMs }) =>
      stay(state, ...(busyForMs === undefined ? [] : [send('PaymentBusy', { orderId, retryAfterMs: busyForMs })])),
    RefuseOrder: (state, { data: { orderId, reason }, replyTo }) => {
      const fault = faults.next.shift();
      if (fault) throw fault;
      return stay(
        state,
        send('StoreRefused', { orderId, reason: `${reason}, after ${state.count}` }),
        ...answer(replyTo, { outcome: 'refused', orderId, code: 'busy', reason, retryAfterMs: 1 }),
      );
    },
  },
};

export const topology = topologyOf([tally], 'test');
export const queue = topology.queues[0]!;

export const envelope = <T extends MessageType>(type: T, data: Messages[T] & { orderId: string }): Envelope =>
  ({ id: newId(), type, key: data.orderId, at: Date.now(), data }) as Envelope;

export const accept = (orderId = 'o1') => envelope('AcceptOrder', { orderId });
export const authorize = (orderId = 'o1') =>
  envelope('AuthorizePayment', { orderId, customerId: 'kim', amountWon: 1, billingKey: 'card', answerBy: 0 });

/** A folder in which platforms are started, and die, one after the other. */
export function stage() {
  const folder = tempFolder();
  const open: (() => Promise<void>)[] = [];
  return {
    folder: folder.path,
    /** A broker and a host on it, each of which can be tampered with. `die` ends both as a crash would: nothing is finished or acked. */
    start: async (
      options: {
        broker?: (broker: Broker) => Partial<Broker>;
        store?: (store: Store<Tally>) => Partial<Store<Tally>>;
        charge?: Partners['Charge'];
        ahead?: Pick<Partners, 'turnsAway' | 'busyForMs'>;
        elapsed?: () => number;
        gap?: Gap;
        sync?: Sync;
      } = {},
    ) => {
      const real = await openEmbedded({ folder: folder.path, topology, now: Date.now });
      const broker = over(real, options.broker?.(real));
      const path = join(folder.path, 'tally.sqlite');
      const file = new SqliteStore<Tally>(path, 'tally', options.sync ? { sync: options.sync } : {});
      const store = over<Store<Tally>>(file, options.store?.(file));
      const problems: HostProblem[] = [];
      const absent = () => Promise.reject(new Error('not part of this test'));
      const { charge = absent, ahead } = options;
      const asked = { Charge: charge, Void: absent, Refund: absent, Notify: absent };
      const partners: Partners = { ...asked, ...ahead };
      const host = new Host<Tally>({
        actor: tally,
        queue,
        broker,
        store,
        partners,
        now: Date.now,
        newId,
        ...(options.elapsed && { elapsed: options.elapsed }),
        ...(options.gap && { gap: options.gap }),
        onProblem: (problem) => problems.push(problem),
      });
      const journal: { id: string; type: string; key: string; at: number; data: Record<string, unknown> }[] = [];
      await real.readJournal(
        0,
        (entries) => journal.push(...entries.flatMap(({ envelope }) => envelope ?? [])) as never,
      );
      await host.start();
      let dead = false;
      const die = async () => {
        if (dead) return;
        dead = true;
        await real.close();
        file.close();
        await host.drain(0).catch(() => {}); // what is in hand would be tried for ever, on a store that is closed
      };
      open.push(die);
      return { broker, host, store: file, problems, journal, die };
    },
    cleanUp: async () => {
      for (const die of open) await die();
      folder.remove();
    },
  };
}

/** `real` with some of its methods replaced. */
export function over<T extends object>(real: T, replaced: Partial<T> = {}): T {
  return new Proxy(real, {
    get: (target, name) => {
      const value = Reflect.get(name in replaced ? replaced : target, name);
      return typeof value === 'function' ? value.bind(name in replaced ? replaced : target) : value;
    },
  });
}
