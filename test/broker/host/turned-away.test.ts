import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Partners } from '../../../src/actors/actor.ts';
import type { Store } from '../../../src/broker/host/store.ts';
import { eventually } from '../../harness/eventually.ts';
import { accept, authorize, envelope, stage, type Tally } from './stage.ts';

const test = suite<{ at: ReturnType<typeof stage> }>('calls that are turned away');

test.before.each((context) => {
  context.at = stage();
});
test.after.each(({ at }) => at.cleanUp());

const ahead: Pick<Partners, 'turnsAway'> = {
  turnsAway: ({ request: { orderId } }) => ({ orderId, tries: 0, outcome: 'busy', retryAfterMs: 1 }),
};
const unasked: Partners['Charge'] = async () => {
  throw new Error('The partner was asked.');
};

/** A store that says which messages each batch was of. */
const noted = () => {
  const batches: string[][] = [];
  const store = (store: Store<Tally>): Partial<Store<Tally>> => ({
    commit: (batch) => {
      batches.push([...batch.outcomes.keys()]);
      return store.commit(batch);
    },
  });
  return { batches, store };
};

test('the answer is part of the same change, and nobody is asked', async ({ at }) => {
  const { batches, store } = noted();
  const platform = await at.start({ store, ahead });
  const { broker, host, journal } = platform;
  const [asks, goesOn] = [envelope('VoidPayment', { orderId: 'o1' }), accept()];
  await broker.publish([{ envelope: asks }, { envelope: goesOn }]);
  await eventually(() => assert.is(host.stats.latency.count, 2)); // acked
  assert.equal(batches, [[asks.id, goesOn.id]]);
  await eventually(() => assert.is(journal.length, 2));
  assert.equal(
    journal.map(({ type, data }) => [type, data['amountWon']]),
    [
      ['PaymentVoided', 1],
      ['OrderAccepted', undefined],
    ],
  );
  assert.equal((await platform.store.load(['o1'])).get('o1'), { state: { count: 1, decided: true }, version: 1 });
});

test('a crash after it comes to the same again, and not to a call', async ({ at }) => {
  const first = await at.start({
    ahead,
    charge: unasked,
    broker: (broker) => ({
      consume: (queue, options) =>
        broker.consume(queue, {
          ...options,
          onDeliveries: (deliveries) => options.onDeliveries(deliveries.map((one) => ({ ...one, ack: () => {} }))),
        }),
    }),
  });
  await first.broker.publish([{ envelope: authorize() }]);
  await eventually(() => assert.is(first.journal.length, 1));
  await first.die();
  const { journal } = await at.start({ charge: unasked });
  await eventually(() => assert.is(journal.length, 2));
  assert.is(journal[0]?.id, journal[1]?.id);
});

test('a call that may have been made before is made again, and not turned away', async ({ at }) => {
  const asked: boolean[] = [];
  const silent: Partners['Charge'] = (_request, again) => {
    asked.push(again);
    return new Promise(() => {});
  };
  const first = await at.start({ charge: silent });
  await first.broker.publish([{ envelope: authorize() }]);
  await eventually(() => assert.equal(asked, [false]));
  await first.die();
  await at.start({ charge: silent, ahead });
  await eventually(() => assert.equal(asked, [false, true]));
});

test('nor one that another process has begun meanwhile', async ({ at }) => {
  const asked: boolean[] = [];
  let begun = false;
  const { broker } = await at.start({
    ahead,
    charge: (_request, again) => {
      asked.push(again);
      return new Promise(() => {});
    },
    store: (store) => ({
      commit: async (batch) => {
        if (!begun) {
          begun = true;
          const { key: orderId, id } = message;
          const request = { orderId, customerId: 'kim', amountWon: 1, billingKey: 'card', answerBy: 0, tries: 0 };
          await store.commit({
            states: new Map([[orderId, { state: { count: 0 }, version: 0 }]]),
            unchanged: new Map(),
            outcomes: new Map([[id, { outputs: [], answers: [], call: { type: 'Charge', request } }]]),
            at: 0,
          });
        }
        return store.commit(batch);
      },
    }),
  });
  const message = authorize();
  await broker.publish([{ envelope: message }]);
  await eventually(() => assert.equal(asked, [true]));
});

test('a request comes with how long nobody gets through, while that is known', async ({ at }) => {
  let busyForMs: number | undefined = 700;
  const { broker, journal, host } = await at.start({ ahead: { busyForMs: () => busyForMs } });
  const refund = () => envelope('RefundPayment', { orderId: 'o1', reason: '' });
  await broker.publish([{ envelope: { ...refund(), replyTo: 'somebody/1' } }]);
  await eventually(() => assert.is(journal.length, 1));
  await broker.publish([{ envelope: refund() }]);
  await eventually(() => assert.is(host.stats.latency.count, 2)); // acked
  busyForMs = undefined;
  await broker.publish([{ envelope: { ...refund(), replyTo: 'somebody/2' } }]);
  await eventually(() => assert.is(host.stats.latency.count, 3));
  assert.equal(
    journal.map(({ type, data }) => [type, data['retryAfterMs']]),
    [['PaymentBusy', 700]],
  );
});

test.run();
