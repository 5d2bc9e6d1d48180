import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker, Outgoing } from '../../../src/broker/broker.ts';
import type { Store } from '../../../src/broker/host/store.ts';
import { eventually } from '../../harness/eventually.ts';
import { accept, authorize, stage, type Tally } from './stage.ts';

const test = suite<{ at: ReturnType<typeof stage> }>('messages that gather');

test.before.each((context) => {
  context.at = stage();
});
test.after.each(({ at }) => at.cleanUp());

const accepts = (count: number): Outgoing[] => Array.from({ length: count }, (_, i) => ({ envelope: accept(`o${i}`) }));

/** A store that says how many messages each batch had. */
const counted = () => {
  const batches: number[] = [];
  const store = (store: Store<Tally>): Partial<Store<Tally>> => ({
    commit: (batch) => {
      batches.push(batch.outcomes.size);
      return store.commit(batch);
    },
  });
  return { batches, store };
};

/** A broker that keeps what the actor says until it is let go, one batch at a time. */
const keeping = () => {
  const kept: (() => void)[] = [];
  const broker = (broker: Broker): Partial<Broker> => ({
    publish: async (messages) => {
      if (messages.some(({ envelope }) => envelope.type === 'OrderAccepted'))
        await new Promise<void>((resolve) => kept.push(resolve));
      return broker.publish(messages);
    },
  });
  return { kept, broker };
};

/** Long enough for a batch that nothing holds back. */
const aWhile = () => sleep(150);

test('while the outputs of two batches are not confirmed, few messages wait, and travel together then', async ({
  at,
}) => {
  const { batches, store } = counted();
  const { kept, broker } = keeping();
  const platform = await at.start({ store, broker });
  for (const under of [1, 2]) {
    await platform.broker.publish(accepts(1));
    await eventually(() => assert.is(kept.length, under));
  }
  for (const message of accepts(3)) await platform.broker.publish([message]);
  await aWhile();
  assert.equal(batches, [1, 1]);
  kept[0]!();
  await eventually(() => assert.equal(batches, [1, 1, 3]));
});

test('many do not wait for that, but for eight batches at most', async ({ at }) => {
  const { batches, store } = counted();
  const { kept, broker } = keeping();
  const platform = await at.start({ store, broker });
  for (let batch = 1; batch <= 8; batch++) {
    await platform.broker.publish(accepts(64));
    await eventually(() => assert.equal(batches, Array(batch).fill(64)));
  }
  await platform.broker.publish(accepts(64));
  await aWhile();
  assert.is(batches.length, 8);
  kept[0]!();
  await eventually(() => assert.is(batches.length, 9));
});

test('with a gap, few messages that come soon after a batch wait, and are one batch', async ({ at }) => {
  const { batches, store } = counted();
  const platform = await at.start({ store, gap: { everyMs: 600 }, elapsed: () => 0 });
  await platform.broker.publish(accepts(1));
  await eventually(() => assert.is(platform.host.stats.latency.count, 1)); // acked
  for (const message of accepts(3)) await platform.broker.publish([message]);
  await aWhile();
  assert.equal(batches, [1]);
  await eventually(() => assert.equal(batches, [1, 3]));
});

test('a message that comes after a pause does not wait for the gap', async ({ at }) => {
  const { batches, store } = counted();
  let elapsed = 0;
  const platform = await at.start({ store, gap: { everyMs: 1_000_000 }, elapsed: () => elapsed });
  await platform.broker.publish(accepts(1));
  await eventually(() => assert.is(platform.host.stats.latency.count, 1)); // acked
  elapsed += 1_000_000;
  await platform.broker.publish(accepts(1));
  await eventually(() => assert.equal(batches, [1, 1]));
});

test('after a pause as many batches as the burst allows begin at once, and the next one waits', async ({ at }) => {
  const { batches, store } = counted();
  const platform = await at.start({ store, gap: { everyMs: 600, burst: 2 }, elapsed: () => 0 });
  for (const acked of [1, 2]) {
    await platform.broker.publish(accepts(1));
    await eventually(() => assert.is(platform.host.stats.latency.count, acked));
  }
  for (const message of accepts(3)) await platform.broker.publish([message]);
  await aWhile();
  assert.equal(batches, [1, 1]);
  await eventually(() => assert.equal(batches, [1, 1, 3]));
});

test('answers of partners wait for a gap of theirs, and a message begins at once and takes them along', async ({
  at,
}) => {
  const { batches, store } = counted();
  let asked = 0;
  const platform = await at.start({
    store,
    gap: { everyMs: 1_000_000, only: 'answers' },
    elapsed: () => 0,
    charge: async ({ orderId }) => {
      asked++;
      return { orderId, tries: 0, outcome: 'unknown' };
    },
  });
  for (const under of ['a', 'b']) {
    await platform.broker.publish([{ envelope: authorize(under) }]);
    await eventually(() => assert.is(asked, under === 'a' ? 1 : 2));
  }
  await aWhile();
  assert.equal(batches, [1, 2]);
  await platform.broker.publish(accepts(1));
  await eventually(() => assert.equal(batches, [1, 2, 2]));
});

test('an answer that turns somebody away waits for no other', async ({ at }) => {
  const { batches, store } = counted();
  let turnedAway = false;
  const platform = await at.start({
    store,
    gap: { everyMs: 1_000_000, only: 'answers' },
    elapsed: () => 0,
    charge: async ({ orderId }) =>
      turnedAway ? { orderId, tries: 0, outcome: 'busy', retryAfterMs: 1 } : { orderId, tries: 0, outcome: 'unknown' },
  });
  await platform.broker.publish([{ envelope: authorize('a') }]);
  await aWhile();
  assert.equal(batches, [1]);
  turnedAway = true;
  await platform.broker.publish([{ envelope: authorize('b') }]);
  await eventually(() => assert.equal(batches, [1, 2, 1]));
  turnedAway = false;
  await platform.broker.publish([{ envelope: authorize('c') }]);
  await aWhile();
  assert.equal(batches, [1, 2, 1, 1], 'others wait as before');
  await platform.broker.publish(accepts(1));
  await eventually(() => assert.equal(batches, [1, 2, 1, 1, 2]));
});

test('many do not wait for the gap', async ({ at }) => {
  const { batches, store } = counted();
  const platform = await at.start({ store, gap: { everyMs: 1_000_000 }, elapsed: () => 0 });
  await platform.broker.publish(accepts(1));
  await eventually(() => assert.is(platform.host.stats.latency.count, 1)); // acked
  await platform.broker.publish(accepts(64));
  await eventually(() => assert.equal(batches, [1, 64]));
});

test.run();
