import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker, DeadLetter } from '../../src/broker/broker.ts';
import { openEmbedded } from '../../src/broker/embedded/embedded-broker.ts';
import { PublishRefused } from '../../src/broker/errors.ts';
import { startClerk } from '../../src/cli/dead-letter-clerk.ts';
import { listDeadLetters } from '../../src/readmodel/list-dead-letters.ts';
import { type Entry, Projection } from '../../src/readmodel/projection.ts';
import { openReadModel } from '../../src/readmodel/schema.ts';
import { insertBody } from '../broker/embedded/insert-body.ts';
import { over, queue, topology } from '../broker/host/stage.ts';
import { eventually } from '../harness/eventually.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ at: ReturnType<typeof stage> }>('dead-letter clerk');
test.before.each((context) => {
  context.at = stage();
});
test.after.each(({ at }) => at.cleanUp());

const letter: DeadLetter = { queue: queue.name, reason: 'It threw.', attempts: 1, at: 1_700, body: 'what came' };

/** A folder in which brokers are opened one after the other, and a read model of their journal. */
function stage() {
  const folder = tempFolder();
  const open: Broker[] = [];
  const start = async (replaced: (broker: Broker) => Partial<Broker> = () => ({})) => {
    const broker = await openEmbedded({ folder: folder.path, topology, now: Date.now });
    open.push(broker);
    const failures: unknown[] = [];
    const stop = await startClerk(over(broker, replaced(broker)), (error) => failures.push(error));
    return { broker, failures, stop };
  };
  return {
    folder: folder.path,
    start,
    /** The events of the journal, and the letters that they come to, once there are at least so many events. */
    journal: async (broker: Broker, atLeast: number) => {
      const entries: Entry[] = [];
      const reading = await broker.readJournal(0, (some) => void entries.push(...(some as Entry[])));
      await eventually(() => entries.length >= atLeast);
      await reading.stop();
      const db = openReadModel(tempFolder().path);
      new Projection(db).apply(entries);
      const letters = listDeadLetters(db);
      db.close();
      return { events: entries.map(({ envelope }) => envelope!), letters };
    },
    /** The letters that are still in the broker. */
    left: async (broker: Broker) => {
      const letters: DeadLetter[] = [];
      const last = { ...letter, body: 'the last one' };
      await broker.bury([last]);
      const subscription = await broker.exhume((one, ack) => {
        letters.push(one);
        ack();
      });
      await eventually(() => letters.some(({ body }) => body === last.body));
      await subscription.stop();
      return letters.slice(0, -1);
    },
    cleanUp: async () => {
      for (const broker of open) await broker.close();
      folder.remove();
    },
  };
}

test('a letter goes into the journal, and out of the broker', async ({ at }) => {
  const { broker, stop } = await at.start();
  await broker.bury([letter]);
  const { letters } = await at.journal(broker, 1);
  assert.equal(
    letters.map(({ state, reason, body, attempts }) => [state, reason, body, attempts]),
    [['dead', 'It threw.', 'what came', 1]],
  );
  await stop(5_000);
  assert.equal(await at.left(broker), []);
});

test('letters that the broker buried itself are told, with what came', async ({ at }) => {
  const { broker } = await at.start();
  insertBody(at.folder, queue.name, Buffer.from('{"torn'));
  insertBody(at.folder, queue.name, Buffer.from('{"id":"m1","type":"FromTheFuture","key":"o1","at":1,"data":{}}'));
  await broker.consume(queue.name, { prefetch: 10, onDeliveries: () => {} });
  const { letters } = await at.journal(broker, 2);
  assert.equal(letters.map(({ body, messageId }) => [body.slice(0, 6), messageId]).toSorted(), [
    ['{"id":', 'm1'],
    ['{"torn', null],
  ]);
  assert.ok(letters.every(({ actor, reason }) => actor === 'tally' && reason.length > 10));
});

test('a crash between the publish and the ack tells a letter twice, and it is one', async ({ at }) => {
  const first = await at.start((broker) => ({ exhume: (onLetter) => broker.exhume((one) => onLetter(one, () => {})) }));
  await first.broker.bury([letter]);
  assert.is((await at.journal(first.broker, 1)).events.length, 1);
  await first.broker.close();
  const second = await at.start();
  const { events, letters } = await at.journal(second.broker, 2);
  assert.equal(
    events.map(({ id }) => id),
    [events[0]!.id, events[0]!.id],
  );
  assert.is(letters.length, 1);
});

test('a publish that fails is tried again, and until it succeeds the letter stays in the broker', async ({ at }) => {
  let works = false;
  let tried = 0;
  const flaky = (broker: Broker): Partial<Broker> => ({
    publish: async (messages) => {
      tried++;
      if (!works) throw new PublishRefused('its disk is full');
      await broker.publish(messages);
    },
  });
  const first = await at.start(flaky);
  await first.broker.bury([letter]);
  await eventually(() => tried > 2);
  assert.ok(first.failures.every((failure) => failure instanceof PublishRefused));
  await first.stop(0);
  await first.broker.close();
  const second = await at.start(flaky);
  const before = tried;
  await eventually(() => tried > before);
  works = true;
  assert.is((await at.journal(second.broker, 1)).letters.length, 1);
  await second.stop(5_000);
  assert.equal(await at.left(second.broker), []);
});

test('one that cannot be told holds up no other, and stays in the broker', async ({ at }) => {
  const tonguetied = (broker: Broker): Partial<Broker> => ({
    publish: async (messages) => {
      if (JSON.stringify(messages).includes('unspeakable')) throw new TypeError('no');
      await broker.publish(messages);
    },
  });
  const { broker, failures, stop } = await at.start(tonguetied);
  await broker.bury([{ ...letter, body: 'unspeakable' }, letter]);
  assert.equal(
    (await at.journal(broker, 1)).letters.map(({ body }) => body),
    ['what came'],
  );
  await eventually(() => failures.length > 0);
  await stop(5_000);
  await broker.close();
  const second = await at.start(tonguetied);
  await eventually(() => second.failures.length > 0);
});

test.run();
