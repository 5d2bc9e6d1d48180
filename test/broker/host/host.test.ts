import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../../../src/actors/actor.ts';
import type { Broker, ConsumeOptions, DeadLetter, Delivery, Outgoing } from '../../../src/broker/broker.ts';
import { OutcomeUnknown } from '../../../src/broker/errors.ts';
import { maxAttempts } from '../../../src/broker/host/retry.ts';
import { PutOff } from '../../../src/errors.ts';
import { DatabaseNotSynced } from '../../../src/sqlite/errors.ts';
import { eventually } from '../../harness/eventually.ts';
import { accept, authorize, envelope, faults, Hopeless, queue, stage } from './stage.ts';

const test = suite<{ at: ReturnType<typeof stage> }>('host');

test.before.each((context) => {
  context.at = stage();
  faults.next = [];
});
test.after.each(({ at }) => at.cleanUp());

/** A process that dies before any of its acks has left it. */
const acksNothing = (broker: Broker): Partial<Broker> => ({
  consume: (queue, { prefetch, onDeliveries }) =>
    broker.consume(queue, {
      prefetch,
      onDeliveries: (deliveries) =>
        onDeliveries(deliveries.map((delivery): Delivery => ({ ...delivery, ack: () => {} }))),
    }),
});
const never = () => new Promise<never>(() => {});
const approved = async ({ orderId }: { orderId: string }) => ({
  orderId,
  tries: 0,
  outcome: 'approved' as const,
  amountWon: 1,
  paymentKey: 'p',
});
/** A partner that approves, or does whatever else it is given, and counts how often it is asked. */
const counting = <R>(answer: (request: { orderId: string }) => Promise<R>) => {
  const partner = {
    asked: 0,
    charge: (request: { orderId: string }) => {
      partner.asked++;
      return answer(request);
    },
  };
  return partner;
};
/** A partner that is left alone for a moment. */
class Resting extends PutOff {
  readonly code = 'resting';
  readonly retryAfterMs = 10;
}

/** The dead letters, once there are so many. */
async function exhumed(broker: Broker, count: number): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await broker.exhume((letter, ack) => {
    letters.push(letter);
    ack();
  });
  await eventually(() => assert.is(letters.length, count));
  return letters;
}

const refuse = (orderId = 'o1') => envelope('RefuseOrder', { orderId, reason: 'no' });

test('a message changes the actor once, however often it comes', async ({ at }) => {
  const { broker, store, journal } = await at.start();
  const message = accept();
  for (let i = 0; i < 3; i++) await broker.publish([{ envelope: message }]);
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(journal.filter(({ data }) => data['prepMs'] === 2).length, 1));
  assert.equal((await store.load(['o1'])).get('o1')?.state, { count: 2 });
  const first = journal.filter(({ data }) => data['prepMs'] === 1);
  assert.is(new Set(first.map(({ id }) => id)).size, 1);
});

test('a copy of a message that is dealt with breeds no copies of what came of it', async ({ at }) => {
  const { broker, host, journal } = await at.start();
  const message = accept();
  await broker.publish([{ envelope: message }]);
  await eventually(() => assert.is(journal.length, 1));
  await eventually(() => assert.is(host.stats.inHand, 0));
  for (let i = 0; i < 3; i++) await broker.publish([{ envelope: message }]);
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.ok(journal.some(({ data }) => data['prepMs'] === 2)));
  assert.is(journal.length, 2);
  assert.is(host.stats.repeated, 3);
});

test('who asks again, since the answer was lost, is answered again', async ({ at }) => {
  const answers: Answer[] = [];
  const { broker, host } = await at.start({
    broker: () => ({ answer: (_replyTo, answer) => void answers.push(answer) }),
  });
  const message = { ...envelope('CompleteDelivery', { orderId: 'o1' }), replyTo: 'somewhere' };
  for (let n = 1; n <= 2; n++) {
    await broker.publish([{ envelope: message }]);
    await eventually(() => assert.is(answers.length, n));
    await eventually(() => assert.is(host.stats.inHand, 0));
  }
  assert.equal(answers[0], answers[1]);
});

test('who should come again later is answered once that is stored, and who is promised something once it is confirmed', async ({
  at,
}) => {
  const told: string[] = [];
  let confirm = () => {};
  const confirmed = new Promise<void>((resolve) => (confirm = resolve));
  const { broker } = await at.start({
    store: (store) => ({
      commit: async (batch) => {
        await store.commit(batch);
        told.push('stored');
      },
    }),
    broker: (broker) => ({
      answer: (_replyTo, { outcome }) => void told.push(outcome),
      publish: async (messages) => {
        if (messages.some(({ envelope }) => envelope.type === 'OrderAccepted')) await confirmed;
        return broker.publish(messages);
      },
    }),
  });
  const asked = [accept('o1'), refuse('o2')].map((envelope) => ({ envelope: { ...envelope, replyTo: 'somewhere' } }));
  await broker.publish(asked);
  await eventually(() => assert.equal(told, ['stored', 'refused']));
  confirm();
  await eventually(() => assert.equal(told, ['stored', 'refused', 'done']));
});

test('also where the answer came of a later message than the request', async ({ at }) => {
  const answers: Answer[] = [];
  const { broker, host } = await at.start({
    broker: () => ({ answer: (replyTo, answer) => replyTo === 'somewhere' && void answers.push(answer) }),
  });
  const request = { ...envelope('ClaimDelivery', { orderId: 'o1', riderId: 'r1' }), replyTo: 'somewhere' };
  const decision = envelope('FinishCooking', { orderId: 'o1' });
  for (const [message, answered] of [
    [request, 0],
    [request, 0],
    [decision, 1],
    [request, 2],
  ] as const) {
    await broker.publish([{ envelope: message }]);
    await eventually(() => assert.is(answers.length, answered));
    await eventually(() => assert.is(host.stats.inHand, 0));
  }
  const assigned = { outcome: 'done', orderId: 'o1', status: 'assigned' };
  assert.equal(answers, [assigned, assigned]);
});

test('a request that would do something once more is not answered again, and does nothing', async ({ at }) => {
  const { broker, store, host, journal } = await at.start();
  const request = { ...accept(), replyTo: 'somewhere' };
  for (let n = 1; n <= 2; n++) {
    await broker.publish([{ envelope: request }]);
    await eventually(() => assert.is(host.stats.handled + host.stats.repeated, n));
  }
  await eventually(() => assert.is(host.stats.inHand, 0));
  assert.equal((await store.load(['o1'])).get('o1')?.state, { count: 1 });
  await eventually(() => assert.is(new Set(journal.map(({ id }) => id)).size, 1));
});

test('a copy of a message that is to be tried again is not taken for dealt with', async ({ at }) => {
  faults.next = [new Error('not just now'), new Error('nor now')];
  const { broker, journal } = await at.start();
  const message = refuse('faulty');
  await broker.publish([{ envelope: message }]);
  await broker.publish([{ envelope: message }]);
  await eventually(() => assert.ok(journal.some(({ id, type }) => type === 'StoreRefused' && id !== message.id)));
});

test('a copy of a message whose call is under way does not make the call again', async ({ at }) => {
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  const partner = counting((request) => waiting.then(() => approved(request)));
  const { broker, host, journal } = await at.start({ charge: partner.charge });
  const message = authorize();
  await broker.publish([{ envelope: message }]);
  await eventually(() => assert.is(partner.asked, 1));
  await broker.publish([{ envelope: message }]);
  await eventually(() => assert.is(host.stats.inHand, 2));
  answer();
  await eventually(() => assert.is(host.stats.inHand, 0));
  assert.is(partner.asked, 1);
  await eventually(() => assert.is(new Set(journal.map(({ id }) => id)).size, 1));
});

test('the same message three times in one batch is one message', async ({ at }) => {
  const { broker, store, journal } = await at.start();
  const message = { envelope: accept() };
  await broker.publish([message, message, message]);
  await eventually(() => assert.is(journal.length, 3));
  assert.is(new Set(journal.map(({ id }) => id)).size, 1);
  assert.equal((await store.load(['o1'])).get('o1')?.state, { count: 1 });
});

test('a crash after the commit and before the publish loses no output', async ({ at }) => {
  let committed = 0;
  const first = await at.start({
    broker: (broker) => ({
      publish: (messages) =>
        messages.some(({ envelope }) => envelope.type === 'OrderAccepted') ? never() : broker.publish(messages),
    }),
    store: (store) => ({ commit: (batch) => store.commit(batch).then(() => void committed++) }),
  });
  await first.broker.publish([{ envelope: accept() }]);
  await eventually(() => committed);
  await first.die();
  const second = await at.start();
  await eventually(() => assert.is(second.journal.length, 1));
  assert.is(second.journal[0]?.data['prepMs'], 1);
  assert.equal((await second.store.load(['o1'])).get('o1')?.state, { count: 1 });
});

test('a crash after the publish and before the ack says the same again, under the same id', async ({ at }) => {
  const first = await at.start({ broker: acksNothing });
  await first.broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(first.journal.length, 1));
  await first.die();
  const second = await at.start();
  await eventually(() => assert.is(second.journal.length, 2));
  assert.is(second.journal[0]?.id, second.journal[1]?.id);
  assert.equal((await second.store.load(['o1'])).get('o1')?.state, { count: 1 });
});

test('a call that a crash cut short is made again, and its answer is taken once', async ({ at }) => {
  const silent = counting(never);
  const first = await at.start({ charge: silent.charge });
  await first.broker.publish([{ envelope: authorize() }]);
  await eventually(() => silent.asked);
  await first.die();
  const partner = counting(approved);
  const second = await at.start({ charge: partner.charge });
  await eventually(() => assert.is(second.journal.length, 1));
  assert.is(partner.asked, 1);
});

test('a call that was answered before the crash is not made again', async ({ at }) => {
  const partner = counting(approved);
  const first = await at.start({ charge: partner.charge, broker: acksNothing });
  await first.broker.publish([{ envelope: authorize() }]);
  await eventually(() => assert.is(first.journal.length, 1));
  await first.die();
  const { journal } = await at.start({ charge: partner.charge });
  await eventually(() => assert.is(journal.length, 2));
  assert.is(partner.asked, 1);
  assert.is(journal[0]?.id, journal[1]?.id);
});

test('while a call for an order is under way its other messages wait, and those of other orders do not', async ({
  at,
}) => {
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  const { broker, journal } = await at.start({ charge: (request) => waiting.then(() => approved(request)) });
  // One lot in the batch of the call, one while it is under way.
  await broker.publish([{ envelope: authorize('slow') }, { envelope: accept('slow') }]);
  await broker.publish([{ envelope: accept('slow') }, { envelope: accept('quick') }]);
  await eventually(() => assert.ok(journal.some(({ key }) => key === 'quick')));
  assert.not.ok(journal.some(({ key }) => key === 'slow'));
  answer();
  await eventually(() => assert.is(journal.length, 4));
  assert.equal(
    journal.filter(({ key }) => key === 'slow').map(({ type }) => type),
    ['PaymentApproved', 'OrderAccepted', 'OrderAccepted'],
  );
});

test('a batch that cannot be committed is run again, and nothing of it has happened meanwhile', async ({ at }) => {
  let failures = 2;
  const { broker, store, journal, problems } = await at.start({
    store: (store) => ({
      commit: (batch) => (failures-- > 0 ? Promise.reject(new Error('disk full')) : store.commit(batch)),
    }),
  });
  await broker.publish([{ envelope: accept() }, { envelope: accept() }]);
  await eventually(() => assert.is(journal.length, 2));
  assert.equal((await store.load(['o1'])).get('o1')?.state, { count: 2 });
  assert.equal(
    problems.map(({ kind, reason }) => [kind, reason]),
    [
      ['store', 'disk full'],
      ['store', 'disk full'],
    ],
  );
});

test('outputs whose storing is unknown are published again until they are confirmed', async ({ at }) => {
  let failures = 2;
  const { broker, journal } = await at.start({
    broker: (broker) => ({
      publish: (messages) =>
        messages.some(({ envelope }) => envelope.type === 'OrderAccepted') && failures-- > 0
          ? Promise.reject(new OutcomeUnknown())
          : broker.publish(messages),
    }),
  });
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(journal.length, 1));
  assert.is(failures, -1);
});

test('a fault is tried again later, and harms no neighbour', async ({ at }) => {
  faults.next = [new Error('not just now')];
  const { broker, journal, problems } = await at.start();
  await broker.publish([{ envelope: refuse('faulty') }, { envelope: accept('neighbour') }]);
  await eventually(() => assert.is(journal.length, 2));
  assert.equal(
    journal.map(({ key }) => key),
    ['neighbour', 'faulty'],
  );
  assert.equal(
    problems.map(({ kind, orderId }) => [kind, orderId]),
    [['retry', 'faulty']],
  );
});

test('what cannot succeed goes to the dead letters at once, with its reason, and its neighbours go on', async ({
  at,
}) => {
  faults.next = [new Hopeless('It never will.')];
  const { broker, journal } = await at.start();
  const bad = refuse('bad');
  await broker.publish([{ envelope: bad }, { envelope: accept('good') }]);
  await eventually(() => assert.is(journal.length, 1));
  const [letter] = await exhumed(broker, 1);
  assert.is(letter?.reason, 'It never will.');
  assert.is(letter?.cause, undefined, 'there is nothing behind it');
  assert.is(letter?.attempts, 1);
  assert.is(letter?.firstAt, letter?.at);
  assert.equal(JSON.parse(letter!.body), bad);
});

test('what failed for the last time is a letter with its cause, its attempts, and when it failed first and last', async ({
  at,
}) => {
  faults.next = [new Error('It threw.', { cause: new RangeError('too far') })];
  const { broker } = await at.start();
  const [message, failingSince] = [refuse('worn'), Date.now() - 14_400_000];
  const last = maxAttempts - 1;
  await broker.publish([{ envelope: message, queue: queue.name, attempt: last, failingSince }]);
  const [letter] = await exhumed(broker, 1);
  assert.equal([letter?.reason, letter?.attempts, letter?.firstAt], ['It threw.', maxAttempts, failingSince]);
  assert.match(letter!.cause!, /^RangeError: too far, at .*host\.test\.ts:\d+/);
  assert.ok(letter!.at >= failingSince + 14_400_000);
});

test('each failure counts, and the time of the first one stays', async ({ at }) => {
  faults.next = [new Error('once'), new Error('twice')];
  const sent: Outgoing[] = [];
  const { broker, journal } = await at.start({
    broker: (broker) => ({
      publish: async (messages) => {
        sent.push(...messages.filter(({ attempt }) => attempt !== undefined));
        await broker.publish(messages);
      },
    }),
  });
  await broker.publish([{ envelope: refuse() }]);
  await eventually(() => assert.is(journal.length, 1));
  const [first, second] = sent;
  assert.equal([first?.attempt, second?.attempt, sent.length], [1, 2, 2]);
  assert.ok(first!.failingSince! > 0);
  assert.is(second?.failingSince, first?.failingSince);
  assert.ok(second!.delayMs! >= 200, 'the second wait is longer than the first can be short');
});

test('who was not even asked is asked later, as often as it takes, and it counts as no attempt', async ({ at }) => {
  let asked = 0;
  const { broker, journal, problems, host } = await at.start({
    charge: (request) => (asked++ < 5 ? Promise.reject(new Resting()) : approved(request)),
  });
  await broker.publish([{ envelope: authorize(), queue: queue.name, attempt: maxAttempts - 1 }]);
  await eventually(() => assert.is(journal.length, 1));
  assert.is(asked, 6);
  assert.equal([problems, host.stats.retried, host.stats.buried], [[], 0, 0]);
});

test('a partner that fails is asked again later', async ({ at }) => {
  let asked = 0;
  const { broker, journal } = await at.start({
    charge: (request) => (asked++ === 0 ? Promise.reject(new Error('not just now')) : approved(request)),
  });
  await broker.publish([{ envelope: authorize() }]);
  await eventually(() => assert.is(journal.length, 1));
  assert.is(asked, 2);
});

test('a partner whose own disk fails ends the actor, and no message goes to the dead letters for it', async ({
  at,
}) => {
  const first = await at.start({
    charge: () => Promise.reject(new DatabaseNotSynced('sent.sqlite', new Error('EIO'))),
  });
  await first.broker.publish([{ envelope: authorize() }]);
  await eventually(() =>
    assert.equal([first.problems.map(({ kind }) => kind), first.host.stats.buried], [['fatal'], 0]),
  );
  await first.die();
  const second = await at.start({ charge: approved });
  await eventually(() => assert.is(second.journal.length, 1));
});

test('a timer comes back to the same order, and not early', async ({ at }) => {
  const { broker, journal } = await at.start();
  const setAt = Date.now();
  await broker.publish([{ envelope: envelope('CancelOrder', { orderId: 'o1', reason: 'x' }) }]);
  await eventually(() => assert.is(journal.length, 1));
  assert.is(journal[0]?.type, 'OrderCooked');
  assert.ok(journal[0]!.at - setAt >= 200);
});

/** What another process that has taken over leaves behind: seven accepted. */
const elsewhere = (version: number) => ({
  states: new Map([['o1', { state: { count: 7 }, version }]]),
  unchanged: new Map(),
  outcomes: new Map([[`elsewhere-${version}`, { outputs: [], answers: [] }]]),
  at: 0,
});

test('what another process has written meanwhile is what the next message is handled on', async ({ at }) => {
  const { broker, store, journal, problems } = await at.start();
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(journal.length, 1));
  await store.commit(elsewhere(1));
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(journal.at(-1)?.data['prepMs'], 8));
  assert.equal(problems, []);
});

test('also a message that changes nothing is handled on what another process has written', async ({ at }) => {
  const { broker, store, journal } = await at.start();
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(journal.length, 1));
  await store.commit(elsewhere(1));
  await broker.publish([{ envelope: refuse('o1') }]);
  await eventually(() => assert.is(journal.at(-1)?.data['reason'], 'no, after 7'));
});

test('what another process has handled meanwhile is not handled again', async ({ at }) => {
  const { broker, store, journal } = await at.start();
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(journal.length, 1));
  const message = accept();
  const { states } = elsewhere(1);
  await store.commit({
    states,
    unchanged: new Map(),
    outcomes: new Map([[message.id, { outputs: [], answers: [] }]]),
    at: 0,
  });
  await broker.publish([{ envelope: message }]);
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(journal.at(-1)?.data['prepMs'], 8));
  assert.is(journal.length, 2);
});

test('a partner is told when a call may have been made before', async ({ at }) => {
  const told: boolean[] = [];
  const first = await at.start({
    charge: (_request, again) => {
      told.push(again);
      return never();
    },
  });
  await first.broker.publish([{ envelope: authorize() }]);
  await eventually(() => assert.equal(told, [false]));
  await first.die();
  await at.start({
    charge: (request, again) => {
      told.push(again);
      return approved(request);
    },
  });
  await eventually(() => assert.equal(told, [false, true]));
});

test('who makes a call again takes the order over, and the answer to the earlier call is not taken', async ({ at }) => {
  let answerLate = () => {};
  const late = new Promise<void>((resolve) => (answerLate = resolve));
  const told: boolean[] = [];
  const { broker, store, journal, problems } = await at.start({
    charge: async (request, again) => {
      told.push(again);
      if (!again) await late;
      return { ...(await approved(request)), paymentKey: again ? 'second' : 'first' };
    },
  });
  const message = authorize();
  await broker.publish([{ envelope: message, queue: queue.name, attempt: maxAttempts - 1 }]);
  await eventually(() => assert.equal(told, [false]));
  // What another process leaves behind that has been given the same message, and now makes the call again.
  const states = new Map([['o1', { state: { count: 0 }, version: 0 }]]);
  await store.commit({ states, unchanged: new Map(), outcomes: new Map(), at: 0 });
  answerLate();
  await eventually(() => assert.is(journal.length, 1));
  assert.equal(told, [false, true], 'the message comes again, to whoever has the queue');
  assert.equal(problems, [], 'it is no fault of the message, and uses no attempt up');
  const version = async () => (await store.load(['o1'])).get('o1')?.version;
  assert.is(await version(), 3, 'written before the call was made again, and with its answer');
});

test('however often the link is lost while the store stands still, what only waits is not kept twice', async ({
  at,
}) => {
  let given: ConsumeOptions | undefined;
  let isStuck = true;
  const { host, journal } = await at.start({
    broker: () => ({
      consume: async (_queue, options) => {
        given = options;
        return { stop: async () => {} };
      },
    }),
    store: (store) => ({
      commit: (batch) => (isStuck ? Promise.reject(new Error('disk full')) : store.commit(batch)),
    }),
  });
  const messages = Array.from({ length: 300 }, (_, n) => accept(`o${n}`));
  for (let losses = 0; losses < 10; losses++) {
    given!.onDeliveries(messages.map((envelope) => ({ envelope, attempt: 0, ack: () => {} })));
    await new Promise((resolve) => setTimeout(resolve, 30));
    given!.onLoss!();
  }
  given!.onDeliveries(messages.map((envelope) => ({ envelope, attempt: 0, ack: () => {} })));
  assert.ok(host.stats.inHand <= 2 * 300, `${host.stats.inHand} in hand`);
  isStuck = false;
  await eventually(() => assert.is(host.stats.inHand, 0));
  await eventually(() => assert.is(new Set(journal.map(({ id }) => id)).size, 300));
});

test('an outcome is forgotten once it is old, unless it still waits for a partner', async ({ at }) => {
  const partner = counting(never);
  const { broker, store, journal } = await at.start({ charge: partner.charge });
  const [waits, is] = [authorize('waits'), accept('done')];
  await broker.publish([{ envelope: waits }, { envelope: is }]);
  await eventually(() => assert.is(journal.length, 1));
  const ids = async () => [...(await store.processed([waits.id, is.id])).keys()];
  assert.is(await store.prune(Date.now() - 60_000, 10), 0);
  assert.equal(await ids(), [waits.id, is.id]);
  assert.is(await store.prune(Date.now() + 60_000, 10), 1);
  assert.equal(await ids(), [waits.id]);
});

test('a drain finishes what is in hand', async ({ at }) => {
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  const { broker, host, journal } = await at.start({ charge: (request) => waiting.then(() => approved(request)) });
  await broker.publish([{ envelope: authorize() }]);
  await eventually(() => host.stats.inHand);
  const drained = host.drain();
  answer();
  await drained;
  await eventually(() => assert.is(journal.length, 1));
  assert.is(host.stats.inHand, 0);
});

test('a drain that takes too long says how much is left', async ({ at }) => {
  const { broker, host } = await at.start({ charge: never });
  await broker.publish([{ envelope: authorize() }]);
  await eventually(() => host.stats.inHand);
  const failure = await host.drain(50).then(
    () => undefined,
    (error: Error) => error,
  );
  assert.match(failure?.message ?? '', /1 messages of the tally actor were still in hand/);
});

test('how long a message was in hand is told, from taken to acked, a partner’s time included', async ({ at }) => {
  let elapsed = 5_000;
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  const { broker, host } = await at.start({
    charge: (request) => waiting.then(() => approved(request)),
    elapsed: () => elapsed,
  });
  const { latency } = host.stats;
  await broker.publish([{ envelope: authorize() }]);
  await eventually(() => assert.is(host.stats.inHand, 1));
  assert.is(latency.count, 0, 'it is still in hand');
  elapsed += 1_500;
  answer();
  await eventually(() => assert.is(host.stats.inHand, 0));
  assert.is(latency.count, 1);
  assert.ok(Math.abs(latency.percentile(50) - 1_500_000) < 1_500, `${latency.percentile(50)} µs`); // three figures
});

test('every message acked is one time in hand, and a reset starts over', async ({ at }) => {
  const { broker, host } = await at.start({ elapsed: () => 0 });
  await broker.publish(Array.from({ length: 40 }, (_, i) => ({ envelope: accept(`o${i}`) })));
  await eventually(() => assert.is(host.stats.latency.count, 40));
  assert.is(host.stats.latency.max, 1, 'no time at all is the shortest that is told apart');
  host.stats.latency.reset();
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(host.stats.latency.count, 1));
});

test('a thousand messages of ten orders each come to one output, in the order of each order', async ({ at }) => {
  const { broker, journal } = await at.start();
  const all = Array.from({ length: 1_000 }, (_, i) => ({ envelope: accept(`o${i % 10}`) }));
  await Promise.all(Array.from({ length: 20 }, (_, i) => broker.publish(all.slice(i * 50, (i + 1) * 50))));
  await eventually(() => assert.is(journal.length, 1_000));
  for (let i = 0; i < 10; i++) {
    const counts = journal.filter(({ key }) => key === `o${i}`).map(({ data }) => data['prepMs']);
    assert.equal(
      counts,
      Array.from({ length: 100 }, (_, n) => n + 1),
    );
  }
});

test.run();
