import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeadLetter } from '../../src/broker/broker.ts';
import { schemas } from '../../src/broker/schemas.ts';
import { topologyOf } from '../../src/broker/topology.ts';
import { buriedMessages } from '../../src/cli/buried-messages.ts';

const topology = topologyOf([{ name: 'kitchen', on: {} }], 'test');
const queue = topology.queues[0]!.name;
const accept = { id: 'm1', type: 'AcceptOrder', key: 'o1', at: 1, data: { orderId: 'o1' } };
const letter: DeadLetter = {
  queue,
  reason: 'It threw.',
  cause: 'TypeError',
  attempts: 3,
  firstAt: 1_600,
  at: 1_700,
  body: JSON.stringify(accept),
};

/** What is told of it. Every event must be one that the codec takes. */
function told(change: Partial<DeadLetter> = {}) {
  const events = buriedMessages({ ...letter, ...change }, topology);
  for (const { data } of events) assert.ok(schemas.MessageBuried.safeParse(data).success, JSON.stringify(data));
  return events;
}

test('a letter says what it is about, and whose it was', () => {
  const [event, ...others] = told();
  assert.equal(others, []);
  assert.is(event!.at, 1_700);
  const { letterId, ...rest } = event!.data;
  assert.match(letterId, /^[0-9a-f]{20}$/);
  assert.equal(rest, { ...letter, actor: 'kitchen', messageId: 'm1', type: 'AcceptOrder', orderId: 'o1' });
});

test('the same letter is told as the same event, and one that differs in anything but its reason as another', () => {
  assert.equal(told(), told());
  const others = [{ at: 1_701 }, { attempts: 4 }, { queue: 'elsewhere' }, { body: 'other' }].map((change) =>
    told(change),
  );
  const ids = [told(), ...others].map(([event]) => [event!.id, event!.data.letterId]);
  assert.is(new Set(ids.map(([id]) => id)).size, 5);
  assert.is(new Set(ids.map(([, letterId]) => letterId)).size, 5);
});

test('messages that the broker gave up together become a letter each', () => {
  const refuse = { ...accept, id: 'm2', type: 'RefuseOrder' };
  const events = told({ body: JSON.stringify([accept, refuse, 'nonsense']) });
  assert.equal(
    events.map(({ data }) => [data.messageId, data.body]),
    [
      ['m1', JSON.stringify(accept)],
      ['m2', JSON.stringify(refuse)],
      [undefined, '"nonsense"'],
    ],
  );
  assert.is(new Set(events.map(({ id }) => id)).size, 3);
});

test('a body that is no message is told as it is', () => {
  for (const body of ['', 'not JSON', '[]', 'null', '{"id":5}', '\u0000\ufffd']) {
    const [event] = told({ body, queue: 'nobody’s' });
    assert.is(event!.data.body, body);
    assert.is(event!.data.actor, undefined);
    assert.is(event!.data.messageId, undefined);
  }
});

test('whatever somebody put among the dead by hand can be told', () => {
  const [event] = told({
    attempts: Number.NaN,
    at: Number.NaN,
    firstAt: -1,
    cause: 'z'.repeat(5_000),
    reason: 'x'.repeat(5_000),
    body: 'y'.repeat(1_500_000),
  });
  assert.equal([event!.data.attempts, event!.data.firstAt, event!.data.at], [0, 0, 0]);
  assert.is(event!.data.cause?.length, 2_000);
  assert.is(event!.data.reason.length, 2_000);
  assert.is(event!.data.body.length, 1_000_000);
});

test.run();
