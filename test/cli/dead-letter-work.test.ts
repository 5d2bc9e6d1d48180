import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker, JournalEntry, Outgoing } from '../../src/broker/broker.ts';
import { openEmbedded } from '../../src/broker/embedded/embedded-broker.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { PublishRefused } from '../../src/broker/errors.ts';
import { SqliteStore } from '../../src/broker/host/sqlite-store.ts';
import { buriedMessages } from '../../src/cli/buried-messages.ts';
import { discard, dryRun, redrive } from '../../src/cli/dead-letter-work.ts';
import { folderOf } from '../../src/cli/open-broker.ts';
import type { DeadLetterView } from '../../src/readmodel/list-dead-letters.ts';
import * as tally from '../broker/host/stage.ts';
import { eventually } from '../harness/eventually.ts';
import { stage } from './platform-under-test.ts';

const test = suite<{ at: ReturnType<typeof stage> }>('dead-letter work');
test.before.each((context) => {
  context.at = stage('sqlite:');
});
test.after.each(({ at }) => at.cleanUp());

const day = 24 * 3_600_000;
const noon = 1_800_000_000_000;

/** A letter about what is in `body`, as the read model has it. */
function letterOf(queue: string, body: Envelope | string, at = noon): DeadLetterView {
  const letter = {
    queue,
    reason: 'It threw.',
    attempts: 1,
    at,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
  const { letterId } = buriedMessages(letter, tally.topology)[0]!.data;
  const about = { actor: null, messageId: null, type: null, orderId: null, cause: null, firstAt: null };
  const unsaid = { ...about, settledAt: null, discardReason: null };
  return { ...unsaid, ...letter, letterId, state: 'dead' };
}

/** Puts an instance, and perhaps the outcome of a message, into the store of an actor. */
async function known(at: ReturnType<typeof stage>, actor: string, state: object, handled: Record<string, object> = {}) {
  const file = join(folderOf(at.settings), 'actors', `${actor}.0.sqlite`);
  const store = new SqliteStore<unknown>(file, actor);
  const outcomes = new Map(
    Object.entries(handled).map(([id, outcome]) => [id, { outputs: [], answers: [], ...outcome }]),
  );
  await store.commit({ states: new Map([['o1', { state, version: 0 }]]), unchanged: new Map(), outcomes, at: noon });
  store.close();
  return file;
}

const kitchenState = (status: string) => ({
  status,
  customerId: 'kim',
  storeName: { ko: '면', en: 'Noodles' },
  service: { autoAccept: false, prepMs: 0, rideMs: 0 },
});
const queueOf = (at: ReturnType<typeof stage>, actor: string) => `${at.settings.namespace}.v1.${actor}.0`;
const accept = tally.envelope('AcceptOrder', { orderId: 'o1' });
const clock = () => noon + day;

test('a message that the order now waits for would apply, and trying it writes nothing', async ({ at }) => {
  const file = await known(at, 'kitchen', kitchenState('waiting'));
  const before = readFileSync(file);
  const letter = letterOf(queueOf(at, 'kitchen'), accept);
  for (let i = 0; i < 2; i++)
    assert.equal(await dryRun(at.settings, letter, clock), {
      outcome: 'would-apply',
      sends: ['OrderAccepted'],
      sets: [],
      again: false,
    });
  assert.equal(readFileSync(file), before);
});

test('a message for the wrong moment would be ignored, for the reason that its sender would be given', async ({
  at,
}) => {
  await known(at, 'kitchen', kitchenState('cooked'));
  const asked = { ...accept, replyTo: 'somebody' } as Envelope;
  const run = await dryRun(at.settings, letterOf(queueOf(at, 'kitchen'), asked), clock);
  assert.is(run.outcome, 'would-be-ignored');
  assert.match((run as { reason: string }).reason, /Nothing changes.*cooked already/);
});

test('a message that was handled already would be ignored', async ({ at }) => {
  await known(at, 'kitchen', kitchenState('waiting'), { [accept.id]: {} });
  const run = await dryRun(at.settings, letterOf(queueOf(at, 'kitchen'), accept), clock);
  assert.equal(run, { outcome: 'would-be-ignored', reason: 'The kitchen actor has handled it already.' });
});

test('a message that was handled, and whose partner never answered, would ask again', async ({ at }) => {
  const voiding = tally.envelope('VoidPayment', { orderId: 'o1' });
  const call = { type: 'Void', request: { orderId: 'o1', look: 0 } };
  await known(at, 'payment', { status: 'voiding' }, { [voiding.id]: { call } });
  const run = await dryRun(at.settings, letterOf(queueOf(at, 'payment'), voiding), clock);
  assert.equal(run, { outcome: 'would-apply', sends: [], sets: [], asks: 'Void', again: true });
});

test('a message that its handler throws on would fail again, and says with what', async ({ at }) => {
  await known(at, 'order', { status: 'awaiting-payment', progress: 'awaiting-payment', attempt: 0, waiting: [] });
  const approved = tally.envelope('PaymentApproved', { orderId: 'o1', amountWon: 1, paymentKey: 'p' });
  const run = await dryRun(at.settings, letterOf(queueOf(at, 'order'), approved), clock);
  assert.is(run.outcome, 'would-fail-again');
  assert.match((run as { reason: string }).reason, /undefined/);
});

test('where the actor’s store is elsewhere, or is none, nobody can tell', async ({ at }) => {
  const letter = letterOf(queueOf(at, 'kitchen'), accept);
  const elsewhere = await dryRun(at.settings, letter, clock);
  assert.is(elsewhere.outcome, 'cannot-tell');
  assert.match((elsewhere as { reason: string }).reason, /kitchen actor .* not on this machine/);
});

test('what cannot be redriven is refused with a sentence, and the others are redriven', async ({ at }) => {
  const broker = await openEmbedded({ folder: at.settings.data, topology: tally.topology, now: Date.now });
  const queue = tally.queue.name;
  const good = letterOf(queue, accept);
  const bad = [
    letterOf(queue, 'not JSON'),
    letterOf(queue, '{"id":"m","type":"FromTheFuture","key":"o1","at":1,"data":{}}'),
    letterOf(queue, `[${JSON.stringify(accept)},${JSON.stringify(accept)}]`),
    letterOf('nobody', accept),
    letterOf(queue, accept, clock() - 14 * day),
  ];
  const { redriven, refused } = await redrive(broker, [...bad, good], clock);
  assert.equal(redriven, [good.letterId]);
  assert.equal(refused.map(({ letterId }) => letterId).toSorted(), bad.map(({ letterId }) => letterId).toSorted());
  for (const { reason } of refused) assert.match(reason, /^It cannot be redriven.*Discard it.*\.$/);
  for (const letter of bad) assert.is((await dryRun(at.settings, letter, clock)).outcome, 'cannot-be-redriven');
  await broker.close();
});

test('a redriven message keeps its id, and has one effect however often it is redriven', async () => {
  const platform = tally.stage();
  const { broker, host, store, journal } = await platform.start();
  const letters: DeadLetterView[] = [];
  tally.faults.next = [new tally.Hopeless('broken')];
  const refuse = tally.envelope('RefuseOrder', { orderId: 'o2', reason: 'no' });
  await broker.publish([{ envelope: refuse }]);
  await broker.exhume((letter, ack) => {
    letters.push(letterOf(letter.queue, letter.body, letter.at));
    ack();
  });
  await eventually(() => letters.length === 1);
  letters.push(letterOf(tally.queue.name, accept, Date.now()));
  for (let i = 0; i < 3; i++) await redrive(broker, letters);
  const of = (type: string) => journal.filter((event) => event.type === type);
  // Of six redriven messages two were new.
  await eventually(() => assert.equal([host.stats.handled, host.stats.repeated, host.stats.inHand], [2, 4, 0]));
  await eventually(() => assert.ok(of('OrderAccepted').length > 0 && of('StoreRefused').length > 0));
  for (const [type, cause] of [['OrderAccepted', accept.id] as const, ['StoreRefused', refuse.id] as const]) {
    assert.is(new Set(of(type).map(({ id }) => id)).size, 1, type);
    assert.is((of(type)[0] as { cause?: string }).cause, cause);
  }
  assert.equal((await store.load(['o1'])).get('o1')?.state, { count: 1 });
  assert.equal(
    of('LettersRedriven')[0]?.data['letterIds'],
    letters.map(({ letterId }) => letterId),
  );
  await platform.cleanUp();
});

/** A broker that keeps what is published, and fails as often as it is told to. */
function listening(failures: Error[] = []) {
  const calls: Outgoing[][] = [];
  const publish = async (messages: readonly Outgoing[]) => {
    calls.push([...messages]);
    const failure = failures.shift();
    if (failure) throw failure;
  };
  return { calls, broker: { publish, topology: tally.topology } as unknown as Broker };
}

test('messages travel straight to their queue, oldest first, together with the record of it', async () => {
  const { calls, broker } = listening();
  const letters = Array.from({ length: 150 }, (_, i) =>
    letterOf(tally.queue.name, tally.envelope('AcceptOrder', { orderId: `o${i}` }), noon - i),
  );
  await redrive(broker, letters, clock);
  assert.equal(
    calls.map((call) => call.length),
    [101, 51],
  );
  const sent = calls.flatMap((call) => call.slice(0, -1));
  assert.ok(sent.every(({ queue }) => queue === tally.queue.name));
  assert.equal(
    sent.map(({ envelope }) => envelope.key),
    letters.map((_, i) => `o${149 - i}`),
  );
  assert.ok(calls.every((call) => call.at(-1)!.envelope.type === 'LettersRedriven' && !call.at(-1)!.queue));
});

test('what the broker does not take is published again under the same ids, and in the end is an error', async () => {
  const letters = [letterOf(tally.queue.name, accept)];
  const once = listening([new PublishRefused('its disk is full')]);
  assert.is((await redrive(once.broker, letters, clock)).redriven.length, 1);
  assert.equal(once.calls[1], once.calls[0]);
  const never = listening(Array.from({ length: 10 }, () => new PublishRefused('its disk is full')));
  await redrive(never.broker, letters, clock).then(
    () => assert.unreachable(),
    (error: unknown) => assert.instance(error, PublishRefused),
  );
});

test('what is discarded is recorded with the reason', async ({ at }) => {
  const broker = await openEmbedded({ folder: at.settings.data, topology: tally.topology, now: Date.now });
  const letter = letterOf(tally.queue.name, 'not JSON');
  await discard(broker, [letter], 'garbage');
  const entries: JournalEntry[] = [];
  await broker.readJournal(0, (some) => void entries.push(...some));
  await eventually(() => entries.length === 1);
  const { type, data } = entries[0]!.envelope!;
  assert.equal([type, data], ['LettersDiscarded', { letterIds: [letter.letterId], reason: 'garbage' }]);
  await broker.close();
});

test.run();
