import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker, LinkState } from '../../../src/broker/broker.ts';
import { BrokerUnreachable, OutcomeUnknown } from '../../../src/broker/errors.ts';
import { messagesExchange, telemetryExchange } from '../../../src/broker/rabbitmq/declare.ts';
import { eventually as untilTrue } from '../../harness/eventually.ts';
import { eventually, idsOf, outgoing, queueOf, Stage } from '../contract/stage.ts';
import { LinkProxy } from './link-proxy.ts';
import { Place } from './place.ts';

const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
let place: Place;
let proxy: LinkProxy;
test.before.each(async () => {
  place = await Place.make();
  proxy = await LinkProxy.open();
});
test.after.each(async () => {
  proxy?.thaw();
  await place?.clear();
  await proxy?.close();
});

/** A broker behind the proxy, and the states its link has had since. */
async function openBehindProxy(): Promise<{ broker: Broker; states: LinkState['state'][] }> {
  const broker = await place.open({ url: proxy.url });
  const states: LinkState['state'][] = [];
  broker.onLink(({ state }) => states.push(state));
  return { broker, states };
}

test('after a cut the link comes back by itself, and says so', async () => {
  const { states } = await openBehindProxy();
  proxy.cut();
  await eventually('it is up again', () => states.length >= 3);
  assert.equal(states, ['up', 'down', 'up']);
});

test('what is in hand comes again after a cut, and a stale ack takes nothing away', async () => {
  const { broker, states } = await openBehindProxy();
  const messages = stage.many(5);
  await broker.publish(outgoing(messages));
  const held = await stage.take(broker, queueOf(broker, 'one'), { ack: false });
  await eventually('all are in hand', () => held.taken.length === 5);
  const stale = [...held.taken];
  proxy.cut();
  await eventually('all came again', () => held.taken.length === 10);
  assert.equal(states, ['up', 'down', 'up']);
  for (const delivery of stale) delivery.ack();
  await sleep(100);
  await broker.close();

  const other = await place.open();
  const again = await stage.take(other, queueOf(other, 'one'));
  await eventually('all are still there', () => again.taken.length === 5);
  assert.equal(again.ids(), idsOf(messages));
});

test('a consumer is told of a loss before anything comes again, and not before there was one', async () => {
  const { broker } = await openBehindProxy();
  const queue = queueOf(broker, 'one');
  const seen: string[] = [];
  await broker.consume(queue, {
    prefetch: 10,
    onDeliveries: (deliveries) => seen.push(...deliveries.map(({ envelope }) => envelope.id)),
    onLoss: () => seen.push('loss'),
  });
  const envelope = stage.make('AcceptOrder');
  await broker.publish([{ envelope }]);
  await eventually('it is given', () => seen.length === 1);
  proxy.cut();
  await eventually('it is given again', () => seen.length >= 3);
  assert.equal(seen, [envelope.id, 'loss', envelope.id]);
});

test('a publish that a cut interrupts says that nobody knows, and can be said again', async () => {
  const { broker } = await openBehindProxy();
  proxy.freeze();
  const messages = stage.many(3);
  const first = broker.publish(outgoing(messages)).catch((error) => error);
  await sleep(50);
  proxy.cut();
  proxy.thaw();
  assert.instance(await first, OutcomeUnknown);
  await broker.publish(outgoing(messages));
  const one = await stage.take(broker, queueOf(broker, 'one'));
  await eventually('all are taken', () => new Set(one.ids()).size === 3);
});

test('publishing while the link is down waits for it', async () => {
  const { broker, states } = await openBehindProxy();
  proxy.refuse(true);
  proxy.cut();
  await eventually('it is down', () => states.includes('down'));
  const published = broker.publish(outgoing(stage.many(2)));
  await sleep(300);
  proxy.refuse(false);
  await published;
});

test('publishing fails when the link stays down', async () => {
  const { broker, states } = await openBehindProxy();
  proxy.refuse(true);
  proxy.cut();
  await eventually('it is down', () => states.includes('down'));
  assert.instance(await broker.publish(outgoing(stage.many(1))).catch((error) => error), OutcomeUnknown);
});

test('messages flow through many cuts without a loss', async () => {
  const { broker, states } = await openBehindProxy();
  const one = await stage.take(broker, queueOf(broker, 'one'));
  const published: string[] = [];
  const ups = () => states.filter((state) => state === 'up').length;
  for (let cuts = 0; cuts < 4; ) {
    const messages = stage.many(25);
    while (!(await isStored(broker.publish(outgoing(messages))))) {}
    published.push(...idsOf(messages));
    await sleep(20);
    if (ups() <= cuts) continue; // not back yet
    cuts++;
    setTimeout(() => proxy.cut(), Math.random() * 5);
  }
  await eventually('all came', () => {
    const came = new Set(one.ids());
    return published.every((id) => came.has(id));
  });
});

const isStored = (publishing: Promise<void>): Promise<boolean> =>
  publishing.then(
    () => true,
    (error) => {
      assert.instance(error, OutcomeUnknown);
      return false;
    },
  );

test('the journal goes on after a cut where it was, with nothing left out and nothing twice', async () => {
  const { broker, states } = await openBehindProxy();
  const publisher = await place.open();
  const offsets: number[] = [];
  await broker.readJournal(0, (entries) => {
    offsets.push(...entries.map(({ offset }) => offset));
  });
  const publishTen = () =>
    Promise.all(stage.many(10, 'PaymentUnknown').map((envelope) => publisher.publish([{ envelope }])));
  await publishTen();
  await eventually('ten are read', () => offsets.length === 10);
  proxy.cut();
  await publishTen();
  await eventually('twenty are read', () => offsets.length >= 20);
  assert.equal(states, ['up', 'down', 'up']);
  assert.equal(
    offsets,
    Array.from({ length: 20 }, (_, n) => n),
  );
});

test('a reader of the journal that fails is given the same entries again', async () => {
  const broker = await place.open();
  const given: string[] = [];
  let failures = 2;
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  await broker.readJournal(0, (entries) => {
    if (failures-- > 0) throw new Error('disk full');
    given.push(...entries.map(({ envelope }) => envelope!.id));
  });
  const events = stage.many(3, 'PaymentUnknown');
  await broker.publish(outgoing(events));
  await eventually('all are read', () => given.length >= 3);
  process.off('warning', note);
  assert.equal(given, idsOf(events));
  assert.ok(warnings.some(({ message }) => message.includes('disk full')));
});

test('a request outlives a cut, and so does an answer to its first copy', async () => {
  const { broker, states } = await openBehindProxy();
  const answerer = await place.open();
  const one = await stage.take(answerer, queueOf(answerer, 'one'));
  const answered = broker.request(stage.make('AcceptOrder'), 20_000);
  await eventually('it is read', () => one.taken.length === 1);
  proxy.cut();
  await eventually('it is asked again', () => one.taken.length >= 2 && states.at(-1) === 'up');
  const [first, second] = one.taken;
  assert.is(first!.envelope.id, second!.envelope.id);
  answerer.answer(first!.envelope.replyTo!, { outcome: 'done', orderId: 'o', status: 'placed' });
  assert.equal(await answered, { outcome: 'done', orderId: 'o', status: 'placed' });
});

test('who listens to broadcasts hears again after a cut, what is told in between is lost', async () => {
  const { broker, states } = await openBehindProxy();
  const telling = await place.open();
  const heard: unknown[] = [];
  const listening = await broker.onBroadcast((body) => heard.push(body));
  telling.broadcast({ n: 1 });
  await eventually('the first is heard', () => heard.length === 1);
  proxy.refuse(true);
  proxy.cut();
  await eventually('it is down', () => states.includes('down'));
  broker.broadcast({ n: 'nowhere' });
  telling.broadcast({ n: 2 });
  await sleep(200);
  proxy.refuse(false);
  await eventually('it is up again', () => states.at(-1) === 'up');
  telling.broadcast({ n: 3 });
  await eventually('the third is heard', () => heard.length === 2);
  broker.broadcast({ n: 4 });
  await eventually('its own is heard too', () => heard.length === 3);
  assert.equal(heard, [{ n: 1 }, { n: 3 }, { n: 4 }]);
  await listening.stop();
  proxy.cut();
  await eventually('it is up once more', () => states.filter((state) => state === 'up').length === 3);
  const other: unknown[] = [];
  await telling.onBroadcast((body) => other.push(body));
  telling.broadcast({ n: 5 });
  await eventually('somebody else hears it', () => other.length === 1);
  await sleep(50);
  assert.is(heard.length, 3);
});

test('what strangers broadcast that is no JSON object is not heard', async () => {
  const broker = await place.open();
  const heard: unknown[] = [];
  await broker.onBroadcast((body) => heard.push(body));
  await place.beside(async (channel) => {
    for (const garbage of ['', '{', 'null', '7', '"text"', '\u0000'])
      channel.publish(telemetryExchange(place.topology), '', Buffer.from(garbage));
    await channel.waitForConfirms();
  });
  broker.broadcast({ n: 1 });
  await eventually('ours is heard', () => heard.length > 0);
  assert.equal(heard, [{ n: 1 }]);
});

test('depths that cannot be asked for say that the broker is not reached', async () => {
  const { broker, states } = await openBehindProxy();
  proxy.refuse(true);
  proxy.cut();
  await eventually('it is down', () => states.includes('down'));
  assert.instance(await broker.depths().catch((error) => error), BrokerUnreachable);
});

test('a queue that is not there has nothing waiting in it, and its neighbours are counted', async () => {
  const broker = await place.open();
  await broker.publish(outgoing(stage.many(1, 'FinishCooking')));
  await place.beside((channel) => channel.deleteQueue(queueOf(broker, 'one')));
  const waiting = await untilTrue(async () => {
    const waiting = new Map((await broker.depths()).map((depth) => [depth.queue, depth.waiting]));
    return waiting.get(queueOf(broker, 'two')) === 1 && waiting;
  });
  assert.is((waiting as Map<string, number>).get(queueOf(broker, 'one')), 0);
});

test('a queue that is deleted under its consumer is made again, and consumed again', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  const one = await stage.take(broker, queue);
  await place.beside((channel) => channel.deleteQueue(queue));
  const states: string[] = [];
  broker.onLink(({ state }) => states.push(state));
  await eventually('it is up again', () => states.includes('down') && states.at(-1) === 'up');
  const messages = stage.many(3);
  await broker.publish(outgoing(messages));
  await eventually('all are taken', () => one.taken.length === 3);
});

test('a channel that the broker closes is opened again', async () => {
  const broker = await place.open();
  // Publishing to an exchange that is not there closes the channel.
  await place.beside((channel) => channel.deleteExchange(messagesExchange(place.topology)));
  const messages = stage.many(3);
  assert.instance(await broker.publish(outgoing(messages)).catch((error) => error), OutcomeUnknown);
  await broker.publish(outgoing(messages));
  const one = await stage.take(broker, queueOf(broker, 'one'));
  await eventually('all are taken', () => one.taken.length === 3);
});

test('a throw inside a callback stops nothing', async () => {
  const broker = await place.open();
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  const states: string[] = [];
  broker.onLink(({ state }) => states.push(state));
  let seen = 0;
  await broker.consume(queueOf(broker, 'one'), {
    prefetch: 10,
    onDeliveries: (deliveries) => {
      for (const delivery of deliveries) delivery.ack();
      seen += deliveries.length;
      throw new Error('a bug in the host');
    },
  });
  for (const envelope of stage.many(3)) {
    await broker.publish([{ envelope }]);
    await eventually('it is taken', () => seen >= 1);
  }
  await eventually('all are taken', () => seen === 3);
  await eventually('a warning is given', () => warnings.some(({ message }) => message.includes('a bug in the host')));
  process.off('warning', note);
  assert.equal(states, ['up']);
});

test('closing a frozen link takes no longer than its grace', async () => {
  const { broker } = await openBehindProxy();
  await stage.take(broker, queueOf(broker, 'one'));
  proxy.freeze();
  void broker.publish(outgoing(stage.many(1))).catch(() => {});
  const start = performance.now();
  await broker.close(1_000);
  assert.ok(performance.now() - start < 5_000);
});

test('closing while the link is down takes no longer than its grace', async () => {
  const { broker, states } = await openBehindProxy();
  proxy.refuse(true);
  proxy.cut();
  await eventually('it is down', () => states.includes('down'));
  const published = broker.publish(outgoing(stage.many(1))).catch((error) => error);
  await broker.close(500);
  assert.instance(await published, Error);
});

test.run();
