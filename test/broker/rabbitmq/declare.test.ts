import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OtherHome, PublishRefused, TopologyDrift, Unroutable } from '../../../src/broker/errors.ts';
import { readyFlag } from '../../../src/broker/rabbitmq/declare.ts';
import { eventually, outgoing, queueOf, Stage } from '../contract/stage.ts';
import { Place } from './place.ts';

let place: Place;
const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
test.before.each(async () => {
  place = await Place.make();
});
test.after.each(() => place?.clear());

test('a queue with other settings is drift, and is named', async () => {
  const [queue] = place.topology.queues;
  await place.beside((channel) =>
    channel.assertQueue(queue!.name, { arguments: { 'x-queue-type': 'quorum', 'x-max-length': 7 } }),
  );
  const failure = await place.open().catch((error) => error);
  assert.instance(failure, TopologyDrift);
  assert.match(failure.message, queue!.name);
  assert.is(failure.retry, false);
});

test('queues belong to the data folder that first hosted them; a host on other data is turned away, a client is not', async () => {
  await (await place.open({ home: 'first' })).close();
  await (await place.open({ home: 'first' })).close();
  const failure = await place.open({ home: 'second' }).catch((error) => error);
  assert.instance(failure, OtherHome);
  assert.is(failure.retry, false);
  await (await place.open({ declare: 'if-missing' })).close();
});

test('a short command declares where nothing was declared, and asks only for the flag where it was', async () => {
  const first = await place.open({ declare: 'if-missing' });
  await place.beside((channel) => channel.checkExchange(readyFlag(place.topology)));
  await place.beside((channel) => channel.deleteQueue(place.topology.deadLetters));
  await (await place.open({ declare: 'if-missing' })).close();
  const isThere = await place.beside((channel) => channel.checkQueue(place.topology.deadLetters)).catch(() => false);
  assert.is(isThere, false);
  await first.close();
});

test('new queues settle before the broker is open, known ones do not', async () => {
  const settleMs = 1_500;
  const start = performance.now();
  await (await place.open({ settleMs })).close();
  assert.ok(performance.now() - start >= settleMs - 10);
  await (await place.open({ settleMs: 3_600_000 })).close();
});

test('a queue that somebody deleted is made again by the next publish, and nothing is lost', async () => {
  const broker = await place.open();
  const queue = queueOf(broker, 'one');
  await place.beside((channel) => channel.deleteQueue(queue));
  const messages = stage.many(10);
  await broker.publish(outgoing(messages));
  const one = await stage.take(broker, queue);
  await eventually('all are taken', () => one.taken.length === 10);
});

test('what the topology sends nowhere is unroutable, and its neighbours are stored', async () => {
  const broker = await place.open();
  const neighbours = stage.many(2);
  const lost = stage.make('VoidPayment');
  const failure = await broker.publish(outgoing([neighbours[0]!, lost, neighbours[1]!])).catch((error) => error);
  assert.instance(failure, Unroutable);
  assert.match(failure.message, 'VoidPayment.0');
  const one = await stage.take(broker, queueOf(broker, 'one'));
  await eventually('the others are taken', () => one.taken.length === 2);
});

test('a full queue refuses', async () => {
  const queue = `${place.topology.prefix}.delay.100`;
  // A rung like ours but for its length. The flag says that all is well, so a short command does not look.
  const broker = await place.open();
  await place.beside(async (channel) => {
    await channel.deleteQueue(queue);
    await channel.assertQueue(queue, {
      arguments: { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish', 'x-max-length': 1 },
    });
    await channel.bindQueue(queue, queue, '');
  });
  const timer = () => ({ envelope: stage.make('RideDone'), queue: queueOf(broker, 'one'), delayMs: 100 });
  const failure = await (async () => {
    for (let n = 0; n < 100; n++) await broker.publish([timer()]);
  })().catch((error) => error);
  assert.instance(failure, PublishRefused);
});

test.run();
