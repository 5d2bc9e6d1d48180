import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker, LinkState } from '../../../src/broker/broker.ts';
import { BrokerUnreachable } from '../../../src/broker/errors.ts';
import { eventually, outgoing, Stage } from '../contract/stage.ts';
import { LinkProxy } from './link-proxy.ts';
import { Place } from './place.ts';

/** The two ways to one RabbitMQ stand for two nodes of a cluster. */
const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
let place: Place;
let ways: LinkProxy[];
test.before.each(async () => {
  place = await Place.make();
  ways = [await LinkProxy.open(), await LinkProxy.open()];
});
test.after.each(async () => {
  await place?.clear();
  await Promise.all(ways.map((way) => way.close()));
});

/** Both ways in one address. */
function address(): string {
  const [one, two] = ways.map(({ url }) => new URL(url));
  return one!.href.replace(one!.host, `${one!.host},${two!.host}`);
}

function statesOf(broker: Broker): LinkState[] {
  const states: LinkState[] = [];
  broker.onLink((state) => states.push(state));
  return states;
}

const taken = () => ways.findIndex(({ open }) => open > 0);
const other = () => ways[1 - taken()]!;

test('a broker that is lost at one address is found at the other, and both connections are there', async () => {
  const broker = await place.open({ url: address() });
  const states = statesOf(broker);
  for (let times = 1; times <= 3; times++) {
    const [from, to] = [ways[taken()]!, other()];
    from.cut();
    await eventually('it is up again', () => states.filter(({ state }) => state === 'up').length > times);
    assert.is(to.open, 2);
    await eventually('nothing is left of the first', () => from.open === 0);
    await broker.publish(outgoing(stage.many(1)));
  }
});

test('an address that turns everybody away keeps nobody from the other', async () => {
  for (const [closed, open] of [ways, ways.toReversed()]) {
    closed!.refuse(true);
    const brokers = await Promise.all([1, 2, 3].map(() => place.open({ url: address() })));
    assert.is(open!.open, 6);
    await Promise.all(brokers.map((broker) => broker.close()));
    closed!.refuse(false);
  }
});

test('an address that is frozen takes its share of the patience only', async () => {
  ways[0]!.freeze();
  const brokers = await Promise.all([1, 2, 3, 4].map(() => place.open({ url: address(), connectTimeoutMs: 3_000 })));
  for (const broker of brokers) await broker.publish(outgoing(stage.many(1)));
});

test('where none can be reached all are named, and what is wrong with each', async () => {
  const [url, ports] = [address(), ways.map((way) => new URL(way.url).port)];
  await Promise.all(ways.map((way) => way.close()));
  ways = [];
  const failure = await place.open({ url, connectTimeoutMs: 600 }).then(
    () => assert.unreachable('it opened'),
    (thrown) => thrown,
  );
  assert.instance(failure, BrokerUnreachable);
  for (const port of ports) assert.match(failure.message, `ECONNREFUSED 127.0.0.1:${port}`);
});

test.run();
