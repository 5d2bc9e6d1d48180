import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker, Delivery } from '../../../src/broker/broker.ts';
import { type EmbeddedOptions, openEmbedded } from '../../../src/broker/embedded/embedded-broker.ts';
import { schema } from '../../../src/broker/embedded/schema.ts';
import { PublishRefused } from '../../../src/broker/errors.ts';
import { DatabaseDamaged } from '../../../src/sqlite/errors.ts';
import { openDatabase } from '../../../src/sqlite/open-database.ts';
import { contractTopology, eventually, idsOf, outgoing, publishApart, queueOf, Stage } from '../contract/stage.ts';
import { insertBody } from './insert-body.ts';

type Context = { folder: string; stage: Stage; open(options?: Partial<EmbeddedOptions>): Promise<Broker> };

const test = suite<Context>('embedded broker only');
const topology = contractTopology('special');
let opened: Broker[] = [];

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'baedal-embedded-'));
  context.stage = new Stage({
    opener: { module: '', options: {} },
    corrupt: async () => {},
    cleanUp: async () => {},
  });
  context.open = async (options = {}) => {
    const broker = await openEmbedded({ folder: context.folder, topology, now: Date.now, ...options });
    opened.push(broker);
    return broker;
  };
});
test.after.each(async ({ folder }) => {
  await Promise.all(opened.map((broker) => broker.close()));
  opened = [];
  rmSync(folder, { recursive: true });
});

/** Looks into the database from outside. */
function count(folder: string, table: string): number {
  const db = openDatabase(join(folder, 'broker.sqlite'), { schema, readonly: true });
  const rows = db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  db.close();
  return rows;
}

test('an answer that is none, which somebody has written into the database, harms nobody, and the real one comes', async ({
  open,
  folder,
  stage,
}) => {
  const [asking, answering] = [await open(), await open()];
  const answered = asking.request(stage.make('AcceptOrder'), 20_000);
  const replyTo = await new Promise<string>((resolve) => {
    const onDeliveries = ([first]: Delivery[]) => resolve(first!.envelope.replyTo!);
    void answering.consume(queueOf(answering, 'one'), { prefetch: 1, onDeliveries });
  });
  const [address, correlation] = replyTo.split('/');
  const db = openDatabase(join(folder, 'broker.sqlite'), { schema });
  const write = db.prepare('INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?)');
  for (const body of ['no JSON', 'null', '{}', Buffer.from([0xff])]) {
    write.run(address, correlation, Date.now() + 60_000, body);
    answering.broadcast({ wake: 'up' });
    await eventually('it is thrown away', () => count(folder, 'replies') === 0);
  }
  db.close();
  answering.answer(replyTo, { outcome: 'done', orderId: 'a', status: 'accepted' });
  assert.is((await answered).outcome, 'done');
});

test('broadcasts leave one row for each who told, and what is no JSON object in one is not heard', async ({
  open,
  folder,
}) => {
  const [one, two] = [await open(), await open()];
  const heard: unknown[] = [];
  await two.onBroadcast((body) => heard.push(body));
  for (let n = 1; n <= 20; n++) {
    one.broadcast({ n });
    await eventually(`${n} is heard`, () => heard.length === n);
  }
  two.broadcast({ n: 21 });
  await eventually('its own is heard', () => heard.length === 21);
  assert.is(count(folder, 'broadcasts'), 2);

  const db = openDatabase(join(folder, 'broker.sqlite'), { schema });
  const insert = db.prepare('INSERT INTO broadcasts VALUES (?, ?, 1, 9e15, ?)');
  for (const [sender, garbage] of ['', '{', 'null', '7', Buffer.from([0xff])].entries())
    insert.run(topology.prefix, `stranger-${sender}`, garbage);
  insert.run('somebody.else', 'stranger', '{"n":0}');
  db.close();
  one.broadcast({ n: 22 });
  await eventually('ours is heard', () => heard.length >= 22);
  assert.equal(
    heard,
    Array.from({ length: 22 }, (_, n) => ({ n: n + 1 })),
  );
});

test('what was broadcast a minute ago is thrown away by the next who tells', async ({ open, folder }) => {
  let now = 1_000_000;
  const gone = await open({ now: () => now });
  gone.broadcast({ n: 1 });
  await eventually('it is told', () => count(folder, 'broadcasts') === 1);
  await gone.close();
  now += 61_000;
  const next = await open({ now: () => now });
  const heard: unknown[] = [];
  await next.onBroadcast((body) => heard.push(body));
  next.broadcast({ n: 2 });
  await eventually('it is told', () => heard.length > 0);
  assert.equal(heard, [{ n: 2 }]);
  assert.is(count(folder, 'broadcasts'), 1);
});

test('a full queue refuses what comes, all of one call or nothing, until somebody takes from it', async ({
  open,
  stage,
}) => {
  const broker = await open({ maxQueueLength: 10 });
  await broker.publish([{ envelope: stage.make('RideDone'), queue: queueOf(broker, 'two'), delayMs: 60_000 }]);
  await publishApart(broker, stage.many(9, 'FinishCooking'));
  const [event, other] = [stage.make('PaymentUnknown'), stage.make('AcceptOrder')];
  const outcomes = await Promise.allSettled([
    broker.publish([{ envelope: event }]),
    broker.publish([{ envelope: other }]),
  ]);
  assert.instance((outcomes[0] as PromiseRejectedResult).reason, PublishRefused);
  assert.is(outcomes[1].status, 'fulfilled');
  assert.is(await broker.journalEnd(), 0);

  const one = await stage.take(broker, queueOf(broker, 'one'));
  const two = await stage.take(broker, queueOf(broker, 'two'));
  await eventually('the queue is taken from', () => two.taken.length === 9);
  await sleep(30);
  await broker.publish([{ envelope: event }]);
  await eventually('it goes on', () => two.taken.length === 10 && one.taken.length === 2);
  assert.equal(one.ids(), idsOf([other, event]));
});

test('a standby gets nothing that a stopped consumer still has in hand', async ({ open, stage }) => {
  const [active, passive] = [await open(), await open()];
  await active.publish(outgoing(stage.many(3)));
  const first = await stage.take(active, queueOf(active, 'one'), { ack: false });
  await eventually('all are in hand', () => first.taken.length === 3);
  const second = await stage.take(passive, queueOf(passive, 'one'));
  await first.stop();
  await sleep(600);
  assert.equal(second.ids(), []);
  for (const delivery of first.taken) delivery.ack();
  const next = stage.make('AcceptOrder');
  await passive.publish([{ envelope: next }]);
  await eventually('the standby goes on behind it', () => second.taken.length > 0);
  assert.equal(second.ids(), [next.id]);
});

test('nothing is left of what was taken and acked but the journal', async ({ folder, open, stage }) => {
  const broker = await open();
  const one = await stage.take(broker, queueOf(broker, 'one'));
  const two = await stage.take(broker, queueOf(broker, 'two'));
  await publishApart(broker, stage.many(30, 'PaymentUnknown'));
  await broker.publish(outgoing(stage.many(20, 'PaymentUnknown')));
  await broker.publish([{ envelope: stage.make('RideDone'), queue: queueOf(broker, 'two'), delayMs: 50 }]);
  await eventually('all are taken', () => one.taken.length === 50 && two.taken.length === 51);
  await broker.close();
  assert.equal(
    ['messages', 'delayed', 'replies', 'journal'].map((table) => count(folder, table)),
    [0, 0, 0, 31],
  );
  const db = openDatabase(join(folder, 'broker.sqlite'), { schema, readonly: true });
  assert.is(db.prepare("SELECT sum(length) FROM logs WHERE name NOT LIKE '%.journal'").pluck().get(), 0);
  db.close();
});

test('what was published together is one entry, which goes when the last of it is acked', async ({
  folder,
  open,
  stage,
}) => {
  const broker = await open();
  await broker.publish(outgoing(stage.many(5)));
  const held = await stage.take(broker, queueOf(broker, 'one'), { prefetch: 2, ack: false });
  const flushed = () => broker.bury([]);
  for (let n = 0; n < 5; n += 1) {
    await eventually('the next is in hand', () => held.taken.length > n);
    await flushed();
    assert.is(count(folder, 'messages'), 1);
    held.taken[n]!.ack();
  }
  await flushed();
  assert.is(count(folder, 'messages'), 0);
});

test('a bad message is buried once, however often what came with it comes again', async ({ folder, open, stage }) => {
  const good = stage.many(2);
  for (let n = 0; n < 3; n += 1) {
    const broker = await open();
    const queue = queueOf(broker, 'one');
    if (n === 0) insertBody(folder, queue, Buffer.from(JSON.stringify([good[0], { bad: true }, good[1]])));
    const held = await stage.take(broker, queue, { ack: false });
    await eventually('both are in hand', () => held.taken.length === 2);
    held.taken[0]!.ack();
    if (n === 2) held.taken[1]!.ack();
    await broker.close();
  }
  const db = openDatabase(join(folder, 'broker.sqlite'), { schema, readonly: true });
  const bodies = db.prepare('SELECT body FROM messages').pluck().all() as string[];
  db.close();
  assert.equal(
    bodies.map((body) => JSON.parse(body).body),
    ['{"bad":true}'],
  );
});

test('a message cannot be early though the clock is', async ({ open, stage }) => {
  let ahead = 0;
  const broker = await open({ now: () => Date.now() + ahead });
  const queue = queueOf(broker, 'two');
  const two = await stage.take(broker, queue);
  const delayed = stage.make('RideDone');
  await broker.publish([{ envelope: delayed, queue, delayMs: 600 }]);
  ahead = -3_600_000; // somebody sets it back an hour
  await sleep(900);
  assert.equal(two.ids(), []);
  ahead = 0;
  await eventually('the clock is right again', () => two.taken.length === 1);
});

test('other processes are heard without their bell', async ({ folder, open, stage }) => {
  const [one, other] = [await open(), await open()];
  const taker = await stage.take(one, queueOf(one, 'one'));
  rmSync(join(folder, 'broker.bell'));
  await sleep(50);
  for (const envelope of stage.many(3)) {
    await other.publish([{ envelope }]);
    await eventually('it is heard', () => taker.ids().includes(envelope.id));
  }
});

test('answers that nobody came for are thrown away', async ({ folder, open }) => {
  let ahead = 0;
  const broker = await open({ now: () => Date.now() + ahead });
  const answer = { outcome: 'done', orderId: 'o', status: 'placed' } as const;
  const flushed = () => broker.bury([]);
  for (let n = 0; n < 5; n += 1) broker.answer(`gone/${n}`, answer);
  await flushed();
  assert.is(count(folder, 'replies'), 5);
  ahead = 120_000;
  broker.answer('gone/5', answer);
  await flushed();
  assert.is(count(folder, 'replies'), 1);
});

test('brokers with other namespaces share a folder and no message', async ({ open, stage }) => {
  const [ours, theirs] = [await open(), await open({ topology: contractTopology('another') })];
  const taker = await stage.take(theirs, queueOf(theirs, 'one'));
  await ours.publish([{ envelope: stage.make('PaymentUnknown') }]);
  const event = stage.make('PaymentUnknown');
  await theirs.publish([{ envelope: event }]);
  await eventually('theirs is taken', () => taker.taken.length > 0);
  assert.equal(taker.ids(), [event.id]);
  assert.equal([await ours.journalEnd(), await theirs.journalEnd()], [1, 1]);
});

test('a delay without a queue is a mistake of the caller', async ({ open, stage }) => {
  const broker = await open();
  const outcome = await broker.publish([{ envelope: stage.make('AcceptOrder'), delayMs: 5 }]).catch((error) => error);
  assert.instance(outcome, TypeError);
});

test('a database that is none is named, with what to do', async ({ folder, open }) => {
  writeFileSync(join(folder, 'broker.sqlite'), 'x'.repeat(5_000));
  assert.instance(await open().catch((error) => error), DatabaseDamaged);
});

test.run();
