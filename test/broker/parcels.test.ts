import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MessageType } from '../../src/actors/messages.ts';
import type { Outgoing } from '../../src/broker/broker.ts';
import { unpackAny } from '../../src/broker/codec.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { type Parcel, pack } from '../../src/broker/parcels.ts';
import { contractTopology, keyIn } from './contract/stage.ts';

const topology = contractTopology('parcels');
const [queueA, queueB] = topology.queues.map(({ name }) => name) as [string, string];

let made = 0;
function make(type: MessageType, key: string, text = ''): Envelope {
  return { id: `m${made++}`, type, key, at: 1_700_000_000_000, data: { orderId: key, text } } as unknown as Envelope;
}

/** The ids in a parcel, as whoever takes it reads them. */
const idsIn = ({ body }: Parcel): string[] =>
  unpackAny(Buffer.from(body)).map((one) => ('envelope' in one ? one.envelope.id : one.problem.message));

const sent = (envelopes: readonly Envelope[], rest: Omit<Outgoing, 'envelope'> = {}): Outgoing[] =>
  envelopes.map((envelope) => ({ envelope, ...rest }));

const many = (count: number, type: MessageType = 'AcceptOrder', text = ''): Envelope[] =>
  Array.from({ length: count }, (_, n) => make(type, `order-${n}`, text));

/** Numbers from 0 to below 1, always the same ones for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where something that takes this way is put: the queues, and the journal. */
const placesOf = ({ route, queue }: { route?: string; queue?: string }): string[] =>
  queue !== undefined
    ? [queue]
    : [...topology.queues, topology.journal].filter(({ routes }) => routes.includes(route!)).map(({ name }) => name);

/** What each place holds of each order, in order. What waits is not there yet, and may come at any time. */
function arrangement(parts: { places: string[]; delayMs: number; messages: { id: string; key: string }[] }[]): object {
  const ids: Record<string, string[]> = {};
  for (const { places, delayMs, messages } of parts) {
    for (const place of delayMs > 0 ? [] : places) {
      for (const { id, key } of messages) {
        ids[`${place} ${key}`] ??= [];
        ids[`${place} ${key}`]!.push(id);
      }
    }
  }
  return ids;
}

test('packing nothing gives nothing', () => {
  assert.equal(pack(topology, []), []);
});

test('one message is its plain envelope', () => {
  const envelope = make('AcceptOrder', 'order-1');
  const [parcel, ...more] = pack(topology, sent([envelope]));
  const { id } = envelope;
  const body = JSON.stringify(envelope);
  const waits = { delayMs: 0, slackMs: 0 };
  assert.equal(parcel, { route: parcel!.route, ...waits, attempt: 0, id, body, messages: sent([envelope]) });
  assert.match(parcel!.route!, /^AcceptOrder\.[01]$/);
  assert.equal(more, []);
});

test('messages that go the same way travel together, in order', () => {
  const envelopes = many(20).map((envelope) => ({ ...envelope, key: 'order-1' }) as Envelope);
  const parcels = pack(topology, sent(envelopes));
  assert.is(parcels.length, 1);
  assert.is(parcels[0]!.messages.length, 20);
  assert.equal(JSON.parse(parcels[0]!.body), envelopes);
  assert.is(parcels[0]!.id, envelopes[0]!.id);
});

test('different ways are different parcels: type, partition, and straight to a queue', () => {
  const parcels = pack(topology, [
    ...sent([make('AcceptOrder', keyIn(0)), make('AcceptOrder', keyIn(1)), make('FinishCooking', keyIn(0))]),
    ...sent([make('AcceptOrder', 'order-9')], { queue: queueA }),
    ...sent([make('AcceptOrder', 'order-9')], { queue: queueB }),
    ...sent([make('FinishCooking', 'order-8')], { queue: queueA }),
  ]);
  assert.equal(
    parcels.map(({ route, queue, messages }) => [route ?? queue, messages.length]),
    [
      ['AcceptOrder.0', 1],
      ['AcceptOrder.1', 1],
      ['FinishCooking.0', 1],
      [queueA, 2], // the second one is about another order, and so may join the first
      [queueB, 1],
    ],
  );
});

test('a message does not join a parcel in front of one that holds an earlier message of its order', () => {
  const first = make('AcceptOrder', 'order-1');
  const second = { ...make('PaymentUnknown', 'order-1') } as Envelope;
  const third = make('AcceptOrder', 'order-1');
  assert.equal(pack(topology, sent([first, second, third])).map(idsIn), [[first.id], [second.id], [third.id]]);
});

test('a message that is tried again travels alone', () => {
  const straight = { queue: queueA };
  const messages = [
    ...sent(many(2), straight),
    ...sent(many(2), { ...straight, attempt: 3 }),
    ...sent(many(2), { ...straight, delayMs: 100, attempt: 3 }),
    ...sent(many(1), { ...straight, delayMs: 100, failingSince: 1_700_000_000_000 }),
    ...sent([make('AcceptOrder', 'order-9')], straight),
  ];
  assert.equal(
    pack(topology, messages).map(({ messages, delayMs, attempt }) => [messages.length, delayMs, attempt]),
    [
      [3, 0, 0],
      [1, 0, 3],
      [1, 0, 3],
      [1, 100, 3],
      [1, 100, 3],
      [1, 100, 0],
    ],
  );
});

const timer = (delayMs: number, queue = queueA): Outgoing => ({
  envelope: make('RideDone', 'order-1'),
  queue,
  delayMs,
});
const delaysIn = ({ messages }: Parcel) => messages.map(({ delayMs }) => delayMs);

test('messages that wait for about as long travel together, and wait for as long as the last of them', () => {
  const parcels = pack(
    topology,
    [1_100, 2_000, 1_000, 1_101, 1_050].map((delayMs) => timer(delayMs)),
  );
  assert.equal(
    parcels.map((parcel) => [delaysIn(parcel), parcel.delayMs, parcel.slackMs]),
    [
      [[1_000, 1_050, 1_100], 1_100, 0],
      [[1_101], 1_101, 110],
      [[2_000], 2_000, 200],
    ],
  );
  assert.equal(parcels[0]!.id, idsIn(parcels[0]!)[0], 'it is known by the id of its first message');
});

test('messages that wait do not travel with others, nor with those to another queue', () => {
  const parcels = pack(topology, [
    timer(100),
    timer(100, queueB),
    ...sent([make('RideDone', 'order-2')], { queue: queueA }),
    timer(100),
  ]);
  assert.equal(
    parcels.map(({ queue, messages, delayMs }) => [queue, messages.length, delayMs]),
    [
      [queueA, 1, 0],
      [queueA, 2, 100],
      [queueB, 1, 100],
    ],
  );
});

test('no message that waits is ever early, or late by more than a tenth; and few travel', () => {
  let [timersIn, parcelsOut] = [0, 0];
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = randomFrom(seed);
    const timers = Array.from({ length: 1 + Math.floor(random() * 600) }, () =>
      timer(random() * 10 ** (1 + random() * 6), random() < 0.5 ? queueA : queueB),
    );
    const parcels = pack(topology, timers);
    timersIn += timers.length;
    parcelsOut += parcels.length;
    for (const { messages, delayMs, slackMs, queue } of parcels) {
      assert.ok(messages.length <= 256);
      assert.ok(Number.isSafeInteger(slackMs) && slackMs >= 0);
      for (const message of messages) {
        assert.is(message.queue, queue);
        assert.ok(delayMs >= message.delayMs!, `${message.delayMs} ms came early, with seed ${seed}`);
        assert.ok(
          Math.ceil(delayMs) + slackMs <= Math.ceil(message.delayMs! * 1.1),
          `${message.delayMs} ms came late, with seed ${seed}`,
        );
      }
    }
    const ids = (messages: readonly Outgoing[]) => messages.map(({ envelope }) => envelope.id).sort();
    assert.equal(ids(parcels.flatMap(({ messages }) => messages)), ids(timers));
  }
  assert.ok(parcelsOut < timersIn / 2, `${timersIn} timers made ${parcelsOut} parcels`);
});

test('no parcel holds more than 256 messages', () => {
  const envelopes = many(600).map((envelope) => ({ ...envelope, key: 'order-1' }) as Envelope);
  const parcels = pack(topology, sent(envelopes));
  assert.equal(
    parcels.map(({ messages }) => messages.length),
    [256, 256, 88],
  );
  assert.equal(
    parcels.flatMap(idsIn),
    envelopes.map(({ id }) => id),
  );
});

test('no parcel grows beyond 64 Ki characters, unless it is a single message', () => {
  const small = many(20, 'AcceptOrder', 'x'.repeat(20_000)).map((one) => ({ ...one, key: 'order-1' }) as Envelope);
  const parcels = pack(topology, sent(small));
  assert.equal(
    parcels.map(({ messages }) => messages.length),
    [3, 3, 3, 3, 3, 3, 2],
  );
  assert.ok(parcels.every(({ body }) => body.length <= 64 * 1024));

  const huge = make('AcceptOrder', 'order-1', 'x'.repeat(100_000));
  const around = [make('AcceptOrder', 'order-1'), huge, make('AcceptOrder', 'order-1')];
  assert.equal(
    pack(topology, sent(around)).map(idsIn),
    around.map(({ id }) => [id]),
  );
});

test('in no queue does a message overtake another of its order, whatever is published', () => {
  const types: MessageType[] = ['AcceptOrder', 'FinishCooking', 'PaymentUnknown', 'PaymentVoided', 'DeliveryStopped'];
  let [messagesIn, parcelsOut] = [0, 0];
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = randomFrom(seed);
    const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
    const orders = 1 + Math.floor(random() * 60);
    const messages = Array.from({ length: 1 + Math.floor(random() * 400) }, (): Outgoing => {
      const long = random() < 0.02 ? 'x'.repeat(random() * 40_000) : '';
      const envelope = make(pick(types), `order-${Math.floor(random() * orders)}`, long);
      const straight = random() < 0.2 ? { queue: pick([queueA, queueB]) } : {};
      const delayed = straight.queue && random() < 0.2 ? { delayMs: 1 + Math.floor(random() * 100) } : {};
      return { envelope, ...straight, ...delayed, ...(random() < 0.05 && { attempt: 1 + Math.floor(random() * 5) }) };
    });
    const parcels = pack(topology, messages);
    messagesIn += messages.length;
    parcelsOut += parcels.length;

    // One message at a time is the order to keep.
    const wanted = messages.map((message) => {
      const { delayMs = 0, envelope } = message;
      return { places: placesOf(pack(topology, [message])[0]!), delayMs, messages: [envelope] };
    });
    const packed = parcels.map((parcel) => ({
      places: placesOf(parcel),
      delayMs: parcel.delayMs,
      messages: [JSON.parse(parcel.body) as Envelope | Envelope[]].flat(),
    }));
    assert.equal(arrangement(packed), arrangement(wanted), `with seed ${seed}`);

    for (const parcel of parcels)
      assert.equal(
        idsIn(parcel),
        parcel.messages.map(({ envelope }) => envelope.id),
      );
    const again = ({ attempt = 0 }: { attempt?: number }) => attempt > 0;
    const expected = messages
      .filter(again)
      .map(({ envelope, ...rest }) => [envelope.id, rest.delayMs ?? 0, rest.attempt ?? 0]);
    const actual = parcels
      .filter(again)
      .map(({ id, messages, delayMs, attempt }) => (messages.length === 1 ? [id, delayMs, attempt] : messages.length));
    assert.equal(actual, expected, `with seed ${seed}`);
  }
  assert.ok(parcelsOut < messagesIn / 1.5, `${messagesIn} messages made ${parcelsOut} parcels`);
});

test.run();
