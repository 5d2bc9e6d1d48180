import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker, DeadLetter, LinkState } from '../../../src/broker/broker.ts';
import { encode } from '../../../src/broker/codec.ts';
import { Unsendable } from '../../../src/broker/errors.ts';
import { rungName } from '../../../src/broker/rabbitmq/declare.ts';
import { eventually, queueOf, Stage } from '../contract/stage.ts';
import { Place } from './place.ts';

const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
let place: Place;
test.before.each(async () => {
  place = await Place.make();
});
test.after.each(() => place?.clear());

test('a corrupt body is buried with its reason, and its neighbours go on', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  const [before, after] = stage.many(2);
  await broker.publish([{ envelope: before! }]);
  await place.put(queue, Buffer.from('not even JSON'));
  await broker.publish([{ envelope: after! }]);
  const one = await stage.take(broker, queue, { prefetch: 1 });
  await eventually('both neighbours are taken', () => one.taken.length === 2);

  const letters: DeadLetter[] = [];
  await broker.exhume((letter, ack) => {
    letters.push(letter);
    ack();
  });
  await eventually('it is exhumed', () => letters.length === 1);
  const [{ at, ...letter }] = letters as [DeadLetter];
  assert.ok(Math.abs(at - Date.now()) < 60_000);
  assert.equal(letter, { queue, reason: 'The body is not JSON.', attempts: 0, firstAt: at, body: 'not even JSON' });
});

test('a message under an id that AMQP has no room for is buried, and its neighbours go on', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  const [tooLong, after] = stage.many(2);
  await place.put(queue, Buffer.from(encode({ ...tooLong!, id: '주'.repeat(86) })));
  await broker.publish([{ envelope: after! }]);
  const one = await stage.take(broker, queue);
  await eventually('its neighbour is taken', () => one.taken.length === 1);
  const letters: DeadLetter[] = [];
  await broker.exhume((letter) => letters.push(letter));
  await eventually('it is exhumed', () => letters.length === 1);
  assert.match(letters[0]!.reason, '255 bytes at most');
});

test('what cannot be written is refused for good, by whichever of its parts, and the link stays up', async () => {
  const broker = await place.open();
  const states: LinkState[] = [];
  broker.onLink((state) => states.push(state));
  const envelope = stage.make('AcceptOrder');
  const tooLong = '주'.repeat(86);
  const again = { envelope: { ...envelope, id: tooLong }, attempt: 1 };
  for (const outgoing of [again, { envelope, queue: tooLong, delayMs: 1_000 }]) {
    const failure = await broker.publish([{ envelope: stage.make('AcceptOrder') }, outgoing]).catch((error) => error);
    assert.instance(failure, Unsendable);
    assert.is(failure.retry, false);
    assert.match(failure.message, '255 bytes');
  }
  const request = await broker.request({ ...envelope, id: tooLong }, 20_000).catch((error) => error);
  assert.instance(request, Unsendable);
  for (const nowhere of [`${tooLong}/1`, `1/${tooLong}`])
    broker.answer(nowhere, { outcome: 'done', orderId: 'o1', status: 'placed' });
  await broker.publish([{ envelope }]);
  assert.is(states.length, 1, 'the link was lost');
});

test('headers that say nothing sensible are as none', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  const headers = [
    { due: 'soon', attempt: 'often', failingSince: 'long ago' },
    { due: -1, attempt: -3, failingSince: 1.5 },
    { due: { at: 1 }, attempt: [1], failingSince: true },
  ];
  const envelopes = stage.many(headers.length);
  await place.beside(async (channel) => {
    for (const [n, envelope] of envelopes.entries())
      channel.sendToQueue(queue, Buffer.from(JSON.stringify(envelope)), { headers: headers[n] });
  });
  const one = await stage.take(broker, queue);
  await eventually('all are taken', () => one.taken.length === headers.length);
  assert.equal(
    one.taken.map(({ envelope, attempt, failingSince }) => [envelope.id, attempt, failingSince]),
    envelopes.map(({ id }) => [id, 0, undefined]),
  );
});

test('a message that the broker itself gave up is a dead letter with its queue and body', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  const envelope = stage.make('AcceptOrder');
  await broker.publish([{ envelope, attempt: 3, failingSince: 1_700_000_000_000 }]);
  await place.beside(async (channel) => {
    let rejected = 0;
    await channel.consume(queue, (message) => {
      rejected++;
      channel.reject(message!, true);
    });
    await eventually('it is rejected over and over', () => rejected > 20);
  });
  const letters: DeadLetter[] = [];
  await broker.exhume((letter, ack) => {
    letters.push(letter);
    ack();
  });
  await eventually('it is exhumed', () => letters.length === 1);
  assert.is(letters[0]!.queue, queue);
  assert.match(letters[0]!.reason, 'delivery limit');
  assert.equal([letters[0]!.attempts, letters[0]!.firstAt], [3, 1_700_000_000_000]);
  assert.equal(JSON.parse(letters[0]!.body), envelope);
});

test('a message that the broker gave up is the same letter each time it is taken', async () => {
  const first = await place.open();
  const queue = queueOf(first, 'one');
  await first.publish([{ envelope: stage.make('AcceptOrder'), attempt: 2 }]);
  await place.beside(async (channel) => {
    let rejected = 0;
    await channel.consume(queue, (message) => {
      rejected++;
      channel.reject(message!, false);
    });
    await eventually('it is rejected', () => rejected > 0);
  });
  const takenBy = async (broker: Broker, ack: boolean) => {
    const letters: DeadLetter[] = [];
    await broker.exhume((letter, done) => {
      letters.push(letter);
      if (ack) done();
    });
    await eventually('it is exhumed', () => letters.length === 1);
    await broker.close();
    return letters[0]!;
  };
  const once = await takenBy(first, false);
  assert.equal(await takenBy(await place.open(), false), once);
  assert.equal(await takenBy(await place.open(), true), once);
});

test('a timer goes by its longest rung, and by one more that makes it late by a tenth at most', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  await place.beside(async (channel) => {
    const { queue: spy } = await channel.assertQueue('', { exclusive: true });
    for (const rung of place.topology.delaysMs) await channel.bindQueue(spy, rungName(place.topology, rung), '');
    const rungs: { name: string; slack: unknown }[] = [];
    await channel.consume(
      spy,
      (message) =>
        message && rungs.push({ name: message.fields.exchange, slack: message.properties.headers?.['slack'] }),
      { noAck: true },
    );
    const one = await stage.take(broker, queue);
    await broker.publish([{ envelope: stage.make('RideDone'), queue, delayMs: 1_200 }]);
    await eventually('it came', () => one.taken.length === 1);
    assert.equal(rungs[0], { name: rungName(place.topology, 1_000), slack: 120 });
    // Almost 200 ms are left, which without slack would take two or three of the short ones; on a busy machine none may be left.
    assert.ok(rungs.length <= 2, JSON.stringify(rungs));
    assert.ok(rungs.every(({ slack }) => slack === 120));
  });
});

test('timers that are due at about the same time climb as one message, and come back each by itself', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  await place.beside(async (channel) => {
    const { queue: spy } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(spy, rungName(place.topology, 500), '');
    const bodies: unknown[] = [];
    await channel.consume(spy, (message) => message && bodies.push(JSON.parse(message.content.toString())), {
      noAck: true,
    });
    const one = await stage.take(broker, queue);
    const timers = [500, 490, 460].map((delayMs) => ({ envelope: stage.make('RideDone'), queue, delayMs }));
    await broker.publish(timers);
    await eventually('all came', () => one.taken.length === timers.length);
    assert.equal(bodies, [[...timers].reverse().map(({ envelope }) => envelope)], 'on the rung lies one message');
    assert.equal(
      one.ids(),
      [...timers].reverse().map(({ envelope }) => envelope.id),
    );
  });
});

test('a timer that comes out of its rung too early climbs on until it is due', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  const envelope = stage.make('RideDone');
  const due = Date.now() + 1_300;
  await place.beside(async (channel) => {
    channel.publish(rungName(place.topology, 100), queue, Buffer.from(encode(envelope)), {
      persistent: true,
      messageId: envelope.id,
      type: envelope.type,
      headers: { due, attempt: 2 },
    });
    await channel.waitForConfirms();
  });
  const one = await stage.take(broker, queue);
  await eventually('it came', () => one.taken.length === 1);
  assert.ok(Date.now() >= due, 'it came early');
  assert.is(one.taken[0]!.attempt, 2);
  assert.equal(one.taken[0]!.envelope, envelope);
});

test('a delay without a queue is a mistake of the caller', async () => {
  const broker = await place.open();
  const failure = await broker.publish([{ envelope: stage.make('AcceptOrder'), delayMs: 5 }]).catch((error) => error);
  assert.instance(failure, TypeError);
});

test('more messages than fit on their way at once are published in order', async () => {
  const broker = await place.open();
  const messages = stage.many(10_000);
  // Each by itself, so that each travels alone.
  await Promise.all(messages.map((envelope) => broker.publish([{ envelope }])));
  const one = await stage.take(broker, queueOf(broker, 'one'), { prefetch: 2_000 });
  await eventually('all are taken', () => one.taken.length === messages.length);
  assert.ok(one.ids().every((id, n) => id === messages[n]!.id));
});

test.run();
