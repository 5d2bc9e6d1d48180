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
  assert.equal(parcel, { route: parcel!.route, delayMs: 0, attempt: 0, id, body, messages: sent([envelope]) });
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

test('a message that waits, or is tried again, travels alone', () => {
  const straight = { queue: queueA };
  const messages = [
    ...sent(many(2), straight),
    ...sent(many(2), { ...straight, delayMs: 100 }),
    ...sent(many(2), { ...straight, attempt: 3 }),
    ...sent([make('AcceptOrder', 'order-9')], straight),
  ];
  assert.equal(
    pack(topology, messages).map(({ messages, delayMs, attempt }) => [messages.length, delayMs, attempt]),
    [
      [3, 0, 0],
      [1, 100, 0],
      [1, 100, 0],
      [1, 0, 3],
      [1, 0, 3],
    ],
  );
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
    const alone = ({ delayMs = 0, attempt = 0 }: { delayMs?: number; attempt?: number }) => delayMs > 0 || attempt > 0;
    const expected = messages
      .filter(alone)
      .map(({ envelope, ...rest }) => [envelope.id, rest.delayMs ?? 0, rest.attempt ?? 0]);
    const actual = parcels
      .filter(alone)
      .map(({ id, messages, delayMs, attempt }) => (messages.length === 1 ? [id, delayMs, attempt] : messages.length));
    assert.equal(actual, expected, `with seed ${seed}`);
  }
  assert.ok(parcelsOut < messagesIn / 1.5, `${messagesIn} messages made ${parcelsOut} parcels`);
});

test.run();
