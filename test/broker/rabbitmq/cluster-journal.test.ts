import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allThere, leaderOf } from '../../../chaos/replicas.ts';
import { heal, isolate } from '../../../scripts/rabbitmq/partition.js';
import { startPrivateCluster } from '../../../scripts/rabbitmq/private.js';
import type { Broker } from '../../../src/broker/broker.ts';
import { eventually as untilTrue } from '../../harness/eventually.ts';
import { outgoing, Stage } from '../contract/stage.ts';
import { Place } from './place.ts';

let cluster: Awaited<ReturnType<typeof startPrivateCluster>>;
const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
let place: Place;
test.before(async () => {
  cluster = await startPrivateCluster();
  place = await Place.make(cluster.nodes[0]!.url);
});
test.after(async () => {
  // The node that was cut off may not be back yet.
  if (place) await untilTrue(() => place.clear(), { withinMs: 60_000, everyMs: 500 });
  await cluster?.stop();
});

/** Publishes an event and a command at a time, a hundred times a second, without waiting for confirms. */
function publishMuch(broker: Broker) {
  const confirmed: string[] = [];
  const open = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const [event] = stage.many(1, 'PaymentUnknown');
    const publishing = broker.publish(outgoing([...stage.many(1), event!])).then(
      () => void confirmed.push(event!.id),
      () => {}, // nothing is promised of it
    );
    open.add(publishing);
    void publishing.then(() => open.delete(publishing));
  }, 10);
  return {
    confirmed,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
    },
  };
}

test('events that are confirmed while the journal gets another leader are in the journal, with commands between them', async () => {
  const { nodes, url } = cluster;
  const { prefix, journal } = place.topology;
  const reader = await place.open({ url, settleMs: 2_000 });
  await allThere(nodes, prefix);
  const leader = await leaderOf(journal.name, nodes);
  const others = nodes.filter((node) => node !== leader);
  // Where the leader was, the link is lost. Elsewhere a channel outlives it, and has to find the next one.
  const all = await Promise.all(others.map(async ({ url }) => publishMuch(await place.open({ url }))));
  const eachHas = (count: number) => () => assert.ok(all.every(({ confirmed }) => confirmed.length >= count));
  await untilTrue(eachHas(400), { withinMs: 60_000 });
  await isolate(leader, others);
  await untilTrue(eachHas(800), { withinMs: 60_000 });
  await heal(leader, others);
  await Promise.all(all.map(({ stop }) => stop()));
  const read = new Set<string>();
  await reader.readJournal(0, (entries) => {
    for (const { envelope } of entries) read.add(envelope!.id);
  });
  const lacking = () => all.flatMap(({ confirmed }) => confirmed.filter((id) => !read.has(id)));
  await untilTrue(() => assert.equal(lacking().length, 0), { withinMs: 30_000 });
});

test.run();
