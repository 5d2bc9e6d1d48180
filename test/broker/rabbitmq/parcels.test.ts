import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker, DeadLetter, JournalEntry } from '../../../src/broker/broker.ts';
import { encode } from '../../../src/broker/codec.ts';
import type { Envelope } from '../../../src/broker/envelope.ts';
import { eventually, idsOf, outgoing, queueOf, Stage } from '../contract/stage.ts';
import { LinkProxy } from './link-proxy.ts';
import { Place } from './place.ts';

const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
let place: Place;
test.before.each(async () => {
  place = await Place.make();
});
test.after.each(() => place?.clear());

/** The bodies of the first so many AMQP messages in a queue, as a stranger sees them. */
const bodiesIn = (queue: string, count: number): Promise<string[]> =>
  place.beside(async (channel) => {
    const bodies: string[] = [];
    await channel.consume(queue, (message) => bodies.push(message!.content.toString()));
    await eventually('the stranger has them', () => bodies.length >= count);
    return bodies;
  });

const parcelOf = (...parts: (Envelope | object)[]): Buffer => Buffer.from(JSON.stringify(parts));

async function lettersOf(broker: Broker): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await broker.exhume((letter, ack) => {
    letters.push(letter);
    ack();
  });
  return letters;
}

/** A new broker finds nothing in the queue but what is published now. */
async function isEmpty(queue: string): Promise<boolean> {
  const broker = await place.open();
  const marker = stage.make('AcceptOrder');
  await broker.publish([{ envelope: marker, queue }]);
  const rest = await stage.take(broker, queue);
  await eventually('the marker is taken', () => rest.ids().includes(marker.id));
  return rest.taken.length === 1;
}

test('what one call publishes one way travels as one AMQP message, and a message alone as itself', async () => {
  const broker = await place.open();
  const messages = stage.many(40);
  await broker.publish(outgoing(messages));
  const [alone] = stage.many(1);
  await broker.publish([{ envelope: alone! }]);
  assert.equal(await bodiesIn(queueOf(broker, 'one'), 2), [JSON.stringify(messages), encode(alone!)]);
});

test('a bad message in a parcel is buried alone with its reason, and its neighbours go on', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  const [before, after] = stage.many(2);
  const bad = { ...stage.make('AcceptOrder'), data: { orderId: 5 } };
  await place.put(queue, parcelOf(before!, bad, after!));
  const one = await stage.take(broker, queue);
  await eventually('both neighbours are taken', () => one.taken.length === 2);
  assert.equal(one.ids(), idsOf([before!, after!]));

  const letters = await lettersOf(broker);
  await eventually('it is exhumed', () => letters.length === 1);
  assert.is(letters[0]!.body, JSON.stringify(bad));
  assert.is(letters[0]!.queue, queue);
  assert.match(letters[0]!.reason, 'AcceptOrder.orderId');
  await broker.close();
  assert.ok(await isEmpty(queue), 'the parcel came again');
});

test('a parcel of bad messages only, and an empty one, are buried, and hold up nobody', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  await place.put(queue, parcelOf({ n: 1 }, { n: 2 }, { n: 3 }));
  await place.put(queue, Buffer.from('[]'));
  const [after] = stage.many(1);
  await broker.publish([{ envelope: after! }]);
  const one = await stage.take(broker, queue, { prefetch: 1 });
  await eventually('the one behind is taken', () => one.taken.length === 1);
  const letters = await lettersOf(broker);
  await eventually('all are exhumed', () => letters.length === 4);
  assert.equal(letters.map(({ body }) => body).sort(), ['[]', '{"n":1}', '{"n":2}', '{"n":3}']);
  await broker.close();
  assert.ok(await isEmpty(queue), 'a parcel came again');
});

test('of parcels larger than prefetch only prefetch messages are in hand, and all come in order', async () => {
  const broker = await place.open();
  const messages = stage.many(600);
  for (const [from, to] of [
    [0, 7],
    [7, 307],
    [307, 600],
  ])
    await broker.publish(outgoing(messages.slice(from, to)));

  const held = await stage.take(broker, queueOf(broker, 'one'), { prefetch: 10, ack: false });
  let acked = 0;
  while (acked < messages.length) {
    await eventually('some are in hand', () => held.taken.length > acked);
    assert.ok(held.taken.length - acked <= 10, `${held.taken.length - acked} are in hand`);
    held.taken[acked++]!.ack();
  }
  await sleep(50);
  assert.equal(held.ids(), idsOf(messages));
  await broker.close();
  assert.ok(await isEmpty(queueOf(broker, 'one')), 'a parcel came again');
});

test('a parcel of which some are acked comes again whole after a cut, and late acks do not count', async () => {
  const proxy = await LinkProxy.open();
  try {
    const broker = await place.open({ url: proxy.url });
    const queue = queueOf(broker, 'one');
    const messages = stage.many(6);
    await broker.publish(outgoing(messages));
    const held = await stage.take(broker, queue, { prefetch: 4, ack: false });
    await eventually('four are in hand', () => held.taken.length === 4);
    const stale = [...held.taken];
    for (const delivery of stale.slice(0, 2)) delivery.ack();
    await eventually('six are given', () => held.taken.length === 6);
    proxy.cut();
    await eventually('four came again', () => held.taken.length === 10);
    for (const delivery of [...stale, ...held.taken.slice(0, 6)]) delivery.ack();
    await sleep(100);
    assert.is(held.taken.length, 10, 'stale acks made room');
    for (const delivery of held.taken.slice(6)) delivery.ack();
    await eventually('all came again', () => held.taken.length === 12);
    for (const delivery of held.taken.slice(10)) delivery.ack();
    assert.equal(held.ids().slice(6), idsOf(messages));
    await broker.close();
    assert.ok(await isEmpty(queue), 'it came a third time');
  } finally {
    await proxy.close();
  }
});

test('who stops in the middle of a parcel gives it back whole, and what is behind it not before it', async () => {
  const [active, passive] = [await place.open(), await place.open()];
  const queue = queueOf(active, 'one');
  const messages = stage.many(9);
  for (const from of [0, 3, 6]) await active.publish(outgoing(messages.slice(from, from + 3)));
  const first = await stage.take(active, queue, { prefetch: 4, ack: false });
  await eventually('four are in hand', () => first.taken.length === 4);
  const second = await stage.take(passive, queue);
  await first.stop();
  await sleep(100);
  assert.equal(second.ids(), []);
  for (const delivery of first.taken) delivery.ack();
  await eventually('the second has the rest', () => second.taken.length >= 6);
  assert.equal(second.ids(), idsOf(messages.slice(3)));
  assert.is(first.taken.length, 4);
});

test('entries of one offset are given together, and in order', async () => {
  const broker = await place.open();
  const events = stage.many(5_000, 'PaymentUnknown');
  await broker.publish(outgoing(events));
  const calls: JournalEntry[][] = [];
  await broker.readJournal(0, (entries) => void calls.push(entries));
  await eventually('all are read', () => calls.flat().length === events.length);
  assert.equal(
    calls.flat().map(({ envelope }) => envelope?.id),
    idsOf(events),
  );
  assert.ok(calls.length > 1, 'all were given at once');
  for (const [n, entries] of calls.entries())
    if (n > 0) assert.ok(entries[0]!.offset > calls[n - 1]!.at(-1)!.offset, 'a parcel was split');
});

test('a bad message in a parcel of the journal is an entry without an envelope', async () => {
  const broker = await place.open();
  const [before, after] = stage.many(2, 'PaymentUnknown');
  await place.put(broker.topology.journal.name, parcelOf(before!, { torn: true }, after!));
  const entries: JournalEntry[] = [];
  await broker.readJournal(0, (more) => void entries.push(...more));
  await eventually('all are read', () => entries.length === 3);
  assert.equal(entries, [{ offset: 0, envelope: before }, { offset: 0 }, { offset: 0, envelope: after }]);
});

test('more bytes than fit on their way at once are published in order', async () => {
  const broker = await place.open();
  const messages = stage.many(400).map((envelope) => ({ ...envelope, cause: 'x'.repeat(60_000) }));
  await Promise.all([
    broker.publish(outgoing(messages.slice(0, 300))),
    broker.publish(outgoing(messages.slice(300, 400))),
  ]);
  const one = await stage.take(broker, queueOf(broker, 'one'), { prefetch: 50 });
  await eventually('all are taken', () => one.taken.length === messages.length);
  assert.equal(one.ids(), idsOf(messages));
});

test.run();
