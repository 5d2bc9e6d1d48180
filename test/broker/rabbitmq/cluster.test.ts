import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allThere, leaderOf } from '../../../chaos/replicas.ts';
import { heal, isolate } from '../../../scripts/rabbitmq/partition.js';
import { startPrivateCluster } from '../../../scripts/rabbitmq/private.js';
import type { Broker } from '../../../src/broker/broker.ts';
import { eventually as untilTrue } from '../../harness/eventually.ts';
import { idsOf, outgoing, queueOf, Stage } from '../contract/stage.ts';
import { Place } from './place.ts';

/** The platform on a cluster, at length, is a drill: `npm run chaos -- cluster-killed cluster-cut-off`. */
let cluster: Awaited<ReturnType<typeof startPrivateCluster>>;
const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
let place: Place;
test.before(async () => {
  cluster = await startPrivateCluster();
  place = await Place.make(cluster.nodes[0]!.url);
});
test.after(async () => {
  await place?.clear();
  await cluster?.stop();
});

/** Publishes until told to stop, each message until it is confirmed. */
function publishSteadily(broker: Broker) {
  const confirmed: string[] = [];
  let going = true;
  const publishing = (async () => {
    while (going) {
      const messages = stage.many(1, 'PaymentUnknown');
      await untilTrue(() => broker.publish(outgoing(messages)), { withinMs: 60_000, everyMs: 50 });
      confirmed.push(...idsOf(messages));
    }
  })();
  return {
    confirmed,
    stop: async () => {
      going = false;
      await publishing;
    },
  };
}

test('what three nodes confirmed is there when the leader is killed, and when the next one is cut off; two of them go on', async () => {
  const { nodes, url } = cluster;
  const publisher = await place.open({ url, settleMs: 2_000 });
  const consumer = await place.open({ url });
  const queue = queueOf(publisher, 'one');
  const one = await stage.take(consumer, queue);
  const offsets: number[] = [];
  const read: string[] = [];
  await consumer.readJournal(0, (entries) => {
    for (const { offset, envelope } of entries) {
      offsets.push(offset);
      read.push(envelope!.id);
    }
  });
  const { prefix } = place.topology;
  const steady = publishSteadily(publisher);
  for (const fault of ['kill', 'cut off'] as const) {
    await allThere(nodes, prefix);
    const leader = await leaderOf(queue, nodes);
    const others = nodes.filter((node) => node !== leader);
    if (fault === 'kill') await leader.kill();
    else await isolate(leader, others);
    const before = steady.confirmed.length;
    await untilTrue(() => assert.ok(steady.confirmed.length > before + 50), { withinMs: 60_000 });
    const at = steady.confirmed[before + 50]!;
    await untilTrue(() => assert.ok(one.ids().includes(at)), { withinMs: 60_000 });
    if (fault === 'kill') await leader.start();
    else await heal(leader, others);
    const confirmed = [...steady.confirmed];
    await untilTrue(
      () =>
        assert.equal(
          confirmed.filter((id) => !read.includes(id)),
          [],
        ),
      { withinMs: 60_000 },
    );
  }
  await allThere(nodes, prefix);
  await steady.stop();
  const lacking = () => steady.confirmed.filter((id) => !one.ids().includes(id));
  await untilTrue(() => assert.equal(lacking(), []), { withinMs: 60_000 });
  assert.equal(
    offsets,
    [...offsets].sort((a, b) => a - b),
  );
});

test.run();
