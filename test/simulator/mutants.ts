import type { Fold } from '../../simulator/invariants/evidence.ts';
import { foldAll } from '../../simulator/invariants/reading.ts';
import type { Parts, Tamper } from '../../simulator/platform.ts';
import type { SimFile } from '../../simulator/sim-store.ts';
import { type UsedBroker, withReplaced } from '../../simulator/used-broker.ts';
import type { Delivery } from '../../src/broker/broker.ts';
import { type Batch, Fenced, type Outcome, type Store } from '../../src/broker/host/store.ts';
import type { OrderRow } from '../../src/readmodel/order-fold.ts';

/** The parts with a broker of which something is replaced. */
const withBroker = (parts: Parts, replaced: Partial<UsedBroker>): Parts => ({
  ...parts,
  broker: withReplaced(parts.broker, replaced),
});

/** The parts with stores of which something is replaced. */
const withStore = (
  parts: Parts,
  replace: (store: Store<unknown>, file: SimFile) => Partial<Store<unknown>>,
): Parts => ({
  ...parts,
  store: (file) => {
    const store = parts.store(file);
    const bound: Store<unknown> = {
      load: (keys) => store.load(keys),
      processed: (ids) => store.processed(ids),
      commit: (batch) => store.commit(batch),
      prune: async () => 0,
      close: () => {},
    };
    return { ...bound, ...replace(store, file) };
  },
});

/** Each delivery is acked as it comes, long before anything of it is safe. */
export const acksBeforeCommit: Tamper = (parts) =>
  withBroker(parts, {
    consume: (queue, { prefetch, onDeliveries }) =>
      parts.broker.consume(queue, {
        prefetch,
        onDeliveries: (deliveries) => {
          for (const { ack } of deliveries) ack();
          onDeliveries(deliveries.map((delivery): Delivery => ({ ...delivery, ack: () => {} })));
        },
      }),
  });

/** What comes out of a batch counts as confirmed as soon as it is sent. */
export const acksBeforeConfirm: Tamper = (parts) =>
  withBroker(parts, {
    publish: async (messages) => {
      parts.broker.publish(messages).catch(() => {}); // the mistake: nobody looks
    },
  });

/** Nobody remembers what has been handled. */
export const forgetsOutcomes: Tamper = (parts) =>
  withStore(parts, (store) => ({
    processed: async () => new Map(),
    commit: (batch) => store.commit({ ...batch, outcomes: new Map() }),
  }));

/** A message that comes again is known, and what comes of it is said under new ids. */
export const saysAnew: Tamper = (parts, process) =>
  withStore(parts, (store) => ({
    processed: async (ids) => {
      const found = await store.processed(ids);
      for (const { outputs } of found.values())
        for (const output of outputs) output.envelope = { ...output.envelope, id: process.world.newId() };
      return found;
    },
  }));

/** What comes out of a batch goes out before the batch is safe. */
export const publishesBeforeCommit: Tamper = (parts) =>
  withStore(parts, (store) => ({
    commit: async (batch) => {
      const outputs = [...batch.outcomes.values()].flatMap((outcome: Outcome) => outcome.outputs);
      if (outputs.length > 0) await parts.broker.publish(outputs);
      await store.commit(batch);
    },
  }));

/** Whatever another process has written meanwhile is written over. */
export const ignoresFences: Tamper = (parts) =>
  withStore(parts, (store, file) => ({
    commit: (batch) =>
      store.commit(batch).catch((error: unknown) => {
        if (!(error instanceof Fenced)) throw error;
        return store.commit(asOfNow(batch, file));
      }),
  }));

/** The batch as if it had been decided on what is there now. */
function asOfNow(batch: Batch<unknown>, file: SimFile): Batch<unknown> {
  const version = (key: string) => file.instances.get(key)?.version ?? 0;
  return {
    ...batch,
    states: new Map([...batch.states].map(([key, { state }]) => [key, { state, version: version(key) }])),
    unchanged: new Map(),
    outcomes: new Map([...batch.outcomes].filter(([id]) => !file.outcomes.has(id))),
  };
}

/** Each request for a refund has a key of its own, so that the provider cannot know a repeated one. */
export const refundsUnguarded: Tamper = (parts, process, provider) => ({
  ...parts,
  provider: {
    ...parts.provider,
    refund: (request) => process.ask('a refund', () => provider.refund(request, process.world.newId())),
  },
});

/** A fold that adds up what it is told, however often it is told. */
export const addsUp: Fold = (events) => {
  const rows = foldAll(events);
  const paid = (row: OrderRow) =>
    events
      .filter(({ key, type }) => key === row.orderId && type === 'PaymentApproved')
      .reduce((sum, { data }) => sum + Number(data['amountWon']), 0);
  for (const row of rows.values()) if (row.paidWon > 0) row.paidWon = Math.max(row.paidWon, paid(row));
  return rows;
};
