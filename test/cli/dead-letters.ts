import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Envelope } from '../../src/broker/envelope.ts';
import { SqliteStore } from '../../src/broker/host/sqlite-store.ts';
import { folderOf, openBroker, topology } from '../../src/cli/open-broker.ts';
import { newId } from '../../src/client/new-id.ts';
import type { DeadLetterView } from '../../src/readmodel/list-dead-letters.ts';
import { insertBody } from '../broker/embedded/insert-body.ts';
import { eventually } from '../harness/eventually.ts';
import { order, type Stage, stage } from './platform-under-test.ts';

/** Which attempt is the last one: what fails then is given up. */
const lastAttempt = 15;

/** Dead letters of real processes, on the broker of this address. */
export function deadLetterSuite(name: string, broker: () => string) {
  const test = suite(name);
  const on = (title: string, body: (at: Stage) => Promise<void>) =>
    test(title, async () => {
      const at = stage(broker(), { autoAccept: false });
      const up = await at.up('--manual', '--quiet');
      try {
        await body(at);
      } finally {
        await up.kill('SIGKILL');
        await at.cleanUp();
      }
    });

  on('garbage in a queue is listed, shown without commanding the terminal, and discarded', async (at) => {
    const garbage = 'no order \u001b[2J at all';
    await corrupt(at, 'kitchen', garbage);
    const [letter] = await listed(at, 1);
    assert.is(letter!.actor, 'kitchen');
    assert.is(letter!.body, garbage);
    const shown = await at.run('dead', 'show', letter!.letterId.slice(0, 6));
    assert.is(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, 'The body is not JSON.');
    assert.match(shown.stdout, 'no order \\u001b[2J at all');

    const again = await at.json('dead', 'redrive', letter!.letterId);
    assert.is(again.code, 4);
    assert.is(again.data.refused[0].letterId, letter!.letterId);
    const unsaid = await at.json('dead', 'discard', letter!.letterId);
    assert.is(unsaid.code, 2);
    assert.match(unsaid.data.error.message, /--yes/);

    const prefix = letter!.letterId.slice(0, 6);
    const discarded = await at.json('dead', 'discard', prefix, '--reason', 'a broken script', '--yes');
    assert.is(discarded.code, 0, discarded.stderr);
    assert.equal((await at.json('dead', 'list', '--state', 'dead')).data, []);
    const kept = (await at.json('dead', 'show', prefix)).data as DeadLetterView;
    assert.equal([kept.state, kept.discardReason, kept.body], ['discarded', 'a broken script', garbage]);
  });

  on('a message that its handler fails on is redriven once the cause is gone, and takes effect once', async (at) => {
    const placed = (await at.json(...order())).data;
    await known(at, 'o-1', 0, { status: 'awaiting-payment', progress: 'awaiting-payment', attempt: 0, waiting: [] });
    await send(at, 'order', approved('o-1'), lastAttempt);
    const [letter] = await listed(at, 1);
    assert.equal([letter!.type, letter!.orderId, letter!.attempts], ['PaymentApproved', 'o-1', lastAttempt + 1]);
    const before = await at.json('dead', 'redrive', '--all', '--dry-run');
    assert.is(before.data[0].outcome, 'would-fail-again', before.stderr);

    await known(at, 'o-1', 1, await mended(at, placed.orderId));
    const after = await at.json('dead', 'redrive', letter!.letterId, '--dry-run');
    assert.equal([after.data[0].outcome, after.data[0].sends], ['would-apply', ['OrderPlaced']]);
    assert.equal((await at.json('dead', 'list', '--state', 'dead')).data.length, 1, 'a dry run changes nothing');

    for (let i = 0; i < 2; i++) {
      const { code, data, stderr } = await at.json('dead', 'redrive', letter!.letterId);
      assert.is(code, 0, stderr);
      assert.equal(data, { redriven: [letter!.letterId], refused: [] });
    }
    await eventually(async () => assert.is((await at.json('dead', 'list')).data[0].state, 'redriven'));
    const story = await eventually(async () => {
      const { data } = await at.json('order', 'status', 'o-1');
      assert.is(data.status, 'placed');
      return data as { timeline: { type: string }[] };
    });
    assert.is(story.timeline.filter(({ type }) => type === 'OrderPlaced').length, 1);
    const handled = await at.json('dead', 'redrive', letter!.letterId, '--dry-run');
    assert.is(handled.data[0].outcome, 'would-be-ignored');
    assert.is((await at.json('dead', 'discard', letter!.letterId, '--yes')).code, 4);
    assert.is((await at.json('dead', 'list', '--state', 'dead')).data.length, 0);
  });

  on('a message for the wrong moment would be ignored, and among many the right ones are redriven', async (at) => {
    const { orderId } = (await at.json(...order())).data;
    assert.is((await at.json('kitchen', 'accept', orderId)).code, 0);
    const accept = { id: newId(), type: 'AcceptOrder', key: orderId, at: Date.now(), data: { orderId } } as Envelope;
    const client = await openBroker(at.settings, 'client');
    const queue = queueOf(at, 'kitchen');
    await client.bury([
      { queue, reason: 'The database is locked.', attempts: 16, at: Date.now(), body: JSON.stringify(accept) },
    ]);
    await client.close();
    await corrupt(at, 'rider', 'not JSON');
    await listed(at, 2);
    const runs = await at.json('dead', 'redrive', '--all', '--reason', 'LOCKED', '--dry-run');
    assert.equal(
      runs.data.map(({ outcome }: { outcome: string }) => outcome),
      ['would-be-ignored'],
    );
    const all = await at.json('dead', 'redrive', '--all');
    assert.is(all.code, 4, 'one of them is no message');
    assert.equal([all.data.redriven.length, all.data.refused.length], [1, 1]);
    const left = (await at.json('dead', 'list', '--state', 'dead')).data as DeadLetterView[];
    assert.equal(
      left.map(({ actor }) => actor),
      ['rider'],
    );
  });

  on('what is not there, or not said well, is told apart by its exit code', async (at) => {
    for (const args of [
      ['show', 'abc'],
      ['redrive', 'abc'],
      ['discard', 'abc', '--yes'],
    ])
      assert.is((await at.json('dead', ...args)).code, 4, args.join(' '));
    for (const args of [
      ['redrive'],
      ['redrive', 'abc', '--all'],
      ['redrive', 'abc', '--reason', 'x'],
      ['list', '--state', 'x'],
    ])
      assert.is((await at.json('dead', ...args)).code, 2, args.join(' '));
    const none = await at.json('dead', 'redrive', '--all');
    assert.equal([none.code, none.data], [0, { redriven: [], refused: [] }]);
  });

  return test;
}

const queueOf = (at: Stage, actor: string): string =>
  topology(at.settings).queues.find((queue) => queue.actor === actor)!.name;

/** The letters, once there are so many. */
const listed = (at: Stage, count: number): Promise<DeadLetterView[]> =>
  eventually(async () => {
    const letters = (await at.json('dead', 'list')).data as DeadLetterView[];
    assert.is(letters.length, count);
    return letters;
  });

/** Puts bytes straight into the queue of an actor. */
async function corrupt(at: Stage, actor: string, text: string): Promise<void> {
  const [queue, bytes] = [queueOf(at, actor), Buffer.from(text)];
  if (at.settings.broker === 'sqlite:') return insertBody(folderOf(at.settings), queue, bytes);
  const { connect } = await import('amqplib');
  const connection = await connect(at.settings.broker);
  const channel = await connection.createConfirmChannel();
  channel.sendToQueue(queue, bytes, { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function send(at: Stage, actor: string, envelope: Envelope, attempt: number): Promise<void> {
  const client = await openBroker(at.settings, 'client');
  await client.publish([{ envelope, queue: queueOf(at, actor), attempt }]);
  await client.close();
}

const approved = (orderId: string): Envelope => {
  const data = { orderId, amountWon: 7_700, paymentKey: 'p' };
  return { id: newId(), type: 'PaymentApproved', key: orderId, at: Date.now(), data };
};

const orderStore = (at: Stage) =>
  new SqliteStore<object>(join(folderOf(at.settings), 'actors', 'order.0.sqlite'), 'order');

/** Writes what the order actor knows of an order, past the actor, as only a fault would. */
async function known(at: Stage, orderId: string, version: number, state: object): Promise<void> {
  const store = orderStore(at);
  await store.commit({
    states: new Map([[orderId, { state, version }]]),
    unchanged: new Map(),
    outcomes: new Map(),
    at: 0,
  });
  store.close();
}

/** What the order actor knows of an order that is about to be paid, after one that was. */
async function mended(at: Stage, paidId: string): Promise<object> {
  const store = orderStore(at);
  const { state } = (await store.load([paidId])).get(paidId) as { state: { request: object } };
  store.close();
  const { request } = state;
  const service = { autoAccept: false, prepMs: 0, rideMs: 0 };
  const storeName = { ko: '면사랑', en: 'Noodle Bar' };
  const details = { ...request, orderId: 'o-1', storeName, lines: [], totalWon: 7_700 };
  return {
    status: 'awaiting-payment',
    progress: 'awaiting-payment',
    attempt: 0,
    waiting: [],
    request: { ...request, orderId: 'o-1' },
    undecided: { details, service, decideBy: Date.now() + 600_000 },
  };
}
