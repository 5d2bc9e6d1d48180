import type { Channel, Message } from 'amqplib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker, LinkState } from '../../../src/broker/broker.ts';
import { connectUrls, redactUrl } from '../../../src/broker/rabbitmq/broker-url.ts';
import { type Attach, Link } from '../../../src/broker/rabbitmq/link.ts';
import { eventually, idsOf, outgoing, queueOf, Stage } from '../contract/stage.ts';
import { LinkProxy } from './link-proxy.ts';
import { Place } from './place.ts';

const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
let place: Place;
const proxies: LinkProxy[] = [];
test.before.each(async () => {
  place = await Place.make();
});
test.after.each(async () => {
  await place?.clear();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

async function openProxy(): Promise<LinkProxy> {
  const proxy = await LinkProxy.open();
  proxies.push(proxy);
  return proxy;
}

function statesOf(broker: Broker): LinkState[] {
  const states: LinkState[] = [];
  broker.onLink((state) => states.push(state));
  return states;
}

/** With a heartbeat each second, so that silence is noticed within a few. */
const withQuickHeartbeat = (url: string): string => `${url}?heartbeat=1`;

test('a broker whose host is gone without a word is noticed, and what was in hand is taken again', async () => {
  const proxy = await openProxy();
  const broker = await place.open({ url: withQuickHeartbeat(proxy.url) });
  const states = statesOf(broker);
  const messages = stage.many(3);
  await broker.publish(outgoing(messages));
  const held = await stage.take(broker, queueOf(broker, 'one'), { ack: false });
  await eventually('all are in hand', () => held.taken.length === 3);
  proxy.vanish();
  await eventually('all came again', () => held.taken.length === 6);
  assert.equal(
    states.map(({ state }) => state),
    ['up', 'down', 'up'],
  );
  assert.match(states[1]!.reason!, 'Heartbeat timeout');
  assert.is(proxy.open, 2);
});

test('closing a link whose other end is gone takes no longer than its grace', async () => {
  const proxy = await openProxy();
  const broker = await place.open({ url: proxy.url });
  proxy.vanish();
  await broker.close(500);
  await eventually('its sockets are closed', () => proxy.open === 0);
});

/** Opens a broker for each `frame` it is asked for; the set-up is cut at that frame from the broker. Gives whether it was so long. */
async function openCutAt(proxy: LinkProxy, frame: number): Promise<boolean> {
  proxy.cutAtFrame(frame);
  const broker = await place.open({ url: proxy.url, connectTimeoutMs: 30_000 });
  const wasCut = !proxy.isArmed;
  proxy.cutAtFrame(undefined);
  await broker.publish(outgoing(stage.many(1)));
  await broker.close();
  await eventually('nothing is left open', () => proxy.open === 0);
  return wasCut;
}

test('a link that is lost at whichever step of its first set-up comes up in the end, and leaves nothing open', async () => {
  await place.open(); // so that the steps are the same each time
  const lanes = 12;
  const cuts = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const proxy = await openProxy();
      let frame = lane + 1;
      while (await openCutAt(proxy, frame)) frame += lanes;
      return frame;
    }),
  );
  assert.ok(Math.min(...cuts) > 20, `the set-up was only ${Math.min(...cuts)} frames long`);
});

/** A broker that does all that a broker can, and what came of it. */
async function openBusy(proxy: LinkProxy) {
  const broker = await place.open({ url: proxy.url });
  const heard: unknown[] = [];
  const offsets: number[] = [];
  const one = await stage.take(broker, queueOf(broker, 'one'));
  await broker.onBroadcast((body) => heard.push(body));
  await broker.readJournal(0, (entries) => {
    offsets.push(...entries.map(({ offset }) => offset));
  });
  const waitingForever = broker.request(stage.make('FinishCooking'), 100_000).catch(() => {});
  return { broker, heard, offsets, one, states: statesOf(broker), waitingForever };
}

test('a link that is lost again at whichever step of being set up again comes up in the end, with all that was on it', async () => {
  const lanes = await Promise.all(
    Array.from({ length: 24 }, async (_, lane) => {
      const proxy = await openProxy();
      return { proxy, frame: lane + 1, ...(await openBusy(proxy)) };
    }),
  );
  const published: string[] = [];
  await Promise.all(
    lanes.map(async (lane) => {
      const { proxy, states, broker } = lane;
      for (let wasCut = true; wasCut; lane.frame += lanes.length) {
        const ups = () => states.filter(({ state }) => state === 'up').length;
        const before = ups();
        proxy.cutAtFrame(lane.frame);
        proxy.cut();
        await eventually('it is up again', () => ups() > before && states.at(-1)!.state === 'up');
        wasCut = !proxy.isArmed;
        proxy.cutAtFrame(undefined);
        const messages = stage.many(1, 'PaymentUnknown');
        // A cut that came only after everything was set up may meet this one.
        while (
          !(await broker.publish(outgoing(messages)).then(
            () => true,
            () => false,
          ))
        ) {}
        published.push(...idsOf(messages));
      }
    }),
  );
  assert.ok(published.length > 50, `there were only ${published.length} cuts`);
  const taken = () => new Set(lanes.flatMap(({ one }) => one.ids()));
  await eventually('all are taken', () => published.every((id) => taken().has(id)));
  const highest = () => Math.max(...lanes.flatMap(({ offsets }) => offsets));
  for (const { offsets } of lanes) {
    await eventually('its journal has caught up', () => offsets.length > 0 && offsets.at(-1) === highest());
    assert.equal(
      offsets,
      Array.from({ length: offsets.length }, (_, n) => n),
    );
  }
  lanes[0]!.broker.broadcast({ still: 'there' });
  for (const { heard } of lanes) await eventually('it hears', () => heard.length > 0);
  for (const { proxy } of lanes) assert.is(proxy.open, 2, 'connections are left over');
  await Promise.all(lanes.map(({ broker }) => broker.close()));
  for (const { proxy } of lanes) await eventually('nothing is left open', () => proxy.open === 0);
  await Promise.all(lanes.map(({ waitingForever }) => waitingForever));
});

test('a channel that the broker closes for an ack it does not know takes the generation with it, and the next one works', async () => {
  const proxy = await openProxy();
  const { url } = proxy;
  const channels: Channel[] = [];
  const attach: Attach = async (generation) => {
    channels.push(await generation.openChannel());
  };
  const options = { urls: connectUrls(url), redactedUrl: redactUrl(url), connectTimeoutMs: 5_000, extraSetupMs: 0 };
  const link = await Link.open({ ...options, now: Date.now }, [attach]);
  const states: LinkState[] = [];
  link.onState((state) => states.push(state));
  channels[0]!.ack({ fields: { deliveryTag: 42 } } as Message);
  await eventually('there is another', () => channels.length === 2 && states.at(-1)!.state === 'up');
  assert.match(states[1]!.reason!, /PRECONDITION_FAILED - unknown delivery tag 42/);
  const [first, second] = channels;
  assert.throws(() => first!.ack({ fields: { deliveryTag: 1 } } as Message), 'closed');
  await second!.checkExchange('amq.direct');
  await eventually('the connections of the first are gone', () => proxy.open === 2);
  link.stop();
  await link.end(1_000);
  assert.is(states.at(-1)!.state, 'down');
});

test('what keeps the link down is said, once each time it changes', async () => {
  const proxy = await openProxy();
  const broker = await place.open({ url: proxy.url });
  const states = statesOf(broker);
  const { port } = new URL(proxy.url);
  proxies.pop();
  await proxy.close();
  await eventually('it says that nobody listens', () => states.some(({ reason }) => reason?.includes('ECONNREFUSED')));
  const downs = states.filter(({ state }) => state === 'down');
  assert.match(downs.at(-1)!.reason!, port);
  assert.is(new Set(downs.map(({ since }) => since)).size, 1, 'it has been down since the first of them');
  assert.is(new Set(downs.map(({ reason }) => reason)).size, downs.length, 'the same was said twice');
});

test.run();
