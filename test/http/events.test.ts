import { get, type IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EventHub } from '../../src/http/events/event-hub.ts';
import { findOrder } from '../../src/readmodel/find-order.ts';
import { eventually } from '../harness/eventually.ts';
import { call, type HttpStage, httpStage, tokenOf } from './stage.ts';

const test = suite('events of an order');

let stage: HttpStage;
let orders: string;
let stores: string;
let kim: string;
let boss: string;
test.before(async () => {
  stage = await httpStage(['--manual']);
  [{ url: orders }, { url: stores }] = [await stage.start('order'), await stage.start('store')];
  kim = await tokenOf('customer', 'kim');
  boss = await tokenOf('operator', 'boss');
  await stage.ready(orders);
});
test.after(() => stage.close());

// biome-ignore lint/suspicious/noExplicitAny: each test says what it expects
type Event = { id?: string; event: string; data: any };

/** A reader of an order's events, as a browser has one. */
class Reader {
  text = '';
  ended = false;
  closed = false;
  #response: IncomingMessage | undefined;

  static async open(base: string, path: string, headers: Record<string, string> = {}): Promise<Reader> {
    const reader = new Reader();
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      get(base + path, { headers: { authorization: `Bearer ${kim}`, ...headers }, agent: false }, resolve).on(
        'error',
        reject,
      ),
    );
    assert.is(response.statusCode, 200);
    assert.match(response.headers['content-type']!, /^text\/event-stream/);
    assert.ok(response.headers['x-request-id']);
    assert.is(response.headers['x-content-type-options'], 'nosniff');
    reader.#response = response;
    response.setEncoding('utf8').on('data', (text) => {
      reader.text += text;
    });
    response.on('end', () => {
      reader.ended = true;
    });
    response.on('error', () => {});
    response.on('close', () => {
      reader.closed = true;
    });
    return reader;
  }

  get events(): Event[] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .filter((block) => /^(id|event):/m.test(block))
      .map((block) => {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        return { ...(field('id') && { id: field('id')! }), event: field('event')!, data: JSON.parse(field('data')!) };
      });
  }

  get names(): string[] {
    return this.events.map(({ event }) => event);
  }

  until(...names: string[]): Promise<void> {
    return eventually(() => assert.equal(this.names, names));
  }

  close(): void {
    this.#response?.destroy();
  }
}

async function placed(orderId: string, base = orders): Promise<void> {
  const body = { orderId, storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] };
  const answer = await call(base, 'POST', '/orders', { token: kim, body });
  assert.is(answer.status, 201, JSON.stringify(answer.body));
}

const step = async (orderId: string, what: string, body?: object) => {
  const answer = await call(stores, 'POST', `/orders/${orderId}/${what}`, { token: boss, ...(body && { body }) });
  assert.is(answer.status, 200, JSON.stringify(answer.body));
};

const untilPlaced = ['OrderReceived', 'PaymentApproved', 'OrderPlaced'];

test('they come as they happen, with the status after each, and an end', async () => {
  await placed('way-1');
  const reader = await Reader.open(orders, '/orders/way-1/events');
  await reader.until(...untilPlaced);
  assert.match(reader.text, /^retry: \d+\n\n/);
  await step('way-1', 'accept');
  await reader.until(...untilPlaced, 'OrderAccepted');
  await step('way-1', 'cooked');
  await step('way-1', 'claim', { riderId: 'han' });
  await step('way-1', 'pickup');
  await step('way-1', 'deliver');
  const all = [
    ...untilPlaced,
    'OrderAccepted',
    'OrderCooked',
    'RiderAssigned',
    'DeliveryDeparted',
    'DeliveryCompleted',
  ];
  await reader.until(...all, 'end');
  await eventually(() => reader.ended);
  const { events } = reader;
  assert.equal(
    events.map(({ data }) => data.status),
    [
      'awaiting-payment',
      'awaiting-payment',
      'placed',
      'accepted',
      'cooked',
      'assigned',
      'on-the-way',
      'delivered',
      'delivered',
    ],
  );
  assert.is(new Set(events.slice(0, -1).map(({ id }) => id)).size, all.length);
  assert.is(events.at(-1)!.id, undefined, 'the end is no place to go on from');
  assert.equal(events.at(-1)!.data, { orderId: 'way-1', status: 'delivered' });

  for (const [i, { id }] of events.slice(0, -1).entries()) {
    const rest = await Reader.open(orders, '/orders/way-1/events', { 'last-event-id': id! });
    await rest.until(...all.slice(i + 1), 'end');
    assert.equal(rest.events, events.slice(i + 1));
  }
  const asked = await Reader.open(orders, `/orders/way-1/events?lastEventId=${events[6]!.id}`);
  await asked.until('DeliveryCompleted', 'end');
});

test('who went away meanwhile goes on where they were', async () => {
  await placed('gone-1');
  const first = await Reader.open(orders, '/orders/gone-1/events');
  await first.until(...untilPlaced);
  first.close();
  await step('gone-1', 'accept');
  const second = await Reader.open(orders, '/orders/gone-1/events', { 'last-event-id': first.events.at(-1)!.id! });
  await second.until('OrderAccepted');
  await step('gone-1', 'cooked');
  await second.until('OrderAccepted', 'OrderCooked');
  second.close();
});

test('an event that nobody knows, or of another order, is no place to go on from', async () => {
  await placed('other-1');
  await placed('other-2');
  const other = await Reader.open(orders, '/orders/other-2/events');
  await other.until(...untilPlaced);
  for (const id of ['nonsense', other.events.at(-1)!.id!]) {
    const reader = await Reader.open(orders, '/orders/other-1/events', { 'last-event-id': id });
    await reader.until(...untilPlaced);
    reader.close();
  }
  other.close();
});

test('a cancelled order ends with its refund', async () => {
  await placed('undo-1');
  const reader = await Reader.open(orders, '/orders/undo-1/events');
  await call(orders, 'DELETE', '/orders/undo-1', { token: kim });
  await eventually(() => reader.ended);
  assert.ok(reader.names.includes('PaymentRefunded'));
  assert.equal(reader.names.slice(-2), ['OrderCancelled', 'end']);
});

test('a refused order ends when the money is back, not before', async () => {
  await placed('no-1');
  const reader = await Reader.open(orders, '/orders/no-1/events');
  await step('no-1', 'refuse', { reason: 'closed' });
  await eventually(() => reader.ended);
  assert.ok(reader.names.includes('OrderRefused'));
  assert.ok(reader.names.includes('PaymentRefunded'));
  assert.is(reader.names.at(-1), 'end');
});

test('many readers of many orders each get their own, and all are counted', async () => {
  const ids = Array.from({ length: 6 }, (_, i) => `many-${i}`);
  await Promise.all(ids.map((id) => placed(id)));
  const readers = await Promise.all(
    ids.flatMap((id) => [0, 1, 2].map(() => Reader.open(orders, `/orders/${id}/events`))),
  );
  assert.match((await call(orders, 'GET', '/metrics')).body, /baedal_http_event_streams\{service="order"\} 18/);
  await Promise.all(ids.map((id) => step(id, 'accept')));
  for (const reader of readers) await reader.until(...untilPlaced, 'OrderAccepted');
  for (const [i, reader] of readers.entries())
    for (const { data } of reader.events) assert.is(data.orderId, ids[Math.floor(i / 3)]);
  for (const reader of readers) reader.close();
  await eventually(async () =>
    assert.match((await call(orders, 'GET', '/metrics')).body, /baedal_http_event_streams\{service="order"\} 0/),
  );
});

test('a stream ends with the token that opened it', async () => {
  await placed('short-1');
  const token = await tokenOf('customer', 'kim', 6_000);
  const reader = await Reader.open(orders, '/orders/short-1/events', { authorization: `Bearer ${token}` });
  await reader.until(...untilPlaced);
  await eventually(() => reader.ended);
  assert.not.ok(reader.names.includes('end'));
});

test('a rider follows what waits for one, and no longer once another one has taken it', async () => {
  await placed('taken-1');
  await step('taken-1', 'accept');
  await step('taken-1', 'cooked');
  const [seo, han] = await Promise.all(
    ['seo', 'han'].map(async (rider) =>
      Reader.open(orders, '/orders/taken-1/events', { authorization: `Bearer ${await tokenOf('rider', rider)}` }),
    ),
  );
  const cooked = [...untilPlaced, 'OrderAccepted', 'OrderCooked'];
  await seo!.until(...cooked);
  await step('taken-1', 'claim', { riderId: 'han' });
  await eventually(() => seo!.ended);
  assert.equal(seo!.names, cooked);
  await step('taken-1', 'pickup');
  await han!.until(...cooked, 'RiderAssigned', 'DeliveryDeparted');
  han!.close();
});

test('a read model that is made anew meanwhile repeats nothing and leaves nothing out', async () => {
  await placed('anew-1');
  const reader = await Reader.open(orders, '/orders/anew-1/events');
  await reader.until(...untilPlaced);
  const rebuilt = await stage.at.run('readmodel', 'rebuild');
  assert.is(rebuilt.code, 0, rebuilt.stderr);
  await step('anew-1', 'accept');
  await reader.until(...untilPlaced, 'OrderAccepted');
  reader.close();
});

/** The order's story, however it can be read. */
const isKnown = (orderId: string) => stage.backend.read((db) => findOrder(db, orderId) !== undefined);

/** Who may read for ever. */
const anyone = { expiresAt: Number.POSITIVE_INFINITY };

/** What somebody wrote who reads as fast as `highWaterMark` and `slow` say. */
function sink(slow: boolean): Writable & { text: string } {
  const out = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      (out as { text: string }).text += chunk;
      if (!slow) done();
    },
  }) as Writable & { text: string };
  out.text = '';
  return out;
}

test('they hear that we are still there, and who does not read is let go', async () => {
  await placed('slow-1');
  await eventually(() => isKnown('slow-1'));
  const hub = new EventHub(stage.backend, { beatEveryMs: 1 });
  const quick = sink(false);
  const slow = sink(true);
  hub.open('slow-1', undefined, anyone, quick);
  hub.open('slow-1', undefined, anyone, slow);
  assert.is(hub.size, 2);
  await eventually(() => slow.destroyed);
  await eventually(() => assert.is(hub.size, 1));
  assert.ok(slow.writableLength < 70_000);
  assert.match(quick.text, /\n\n: still here\n\n/);
  assert.not.ok(quick.destroyed);
  hub.close();
  await eventually(() => quick.writableFinished);
  assert.is(hub.size, 0);
});

test('there is room for so many, and the next one is told to come again', async () => {
  await placed('room-1');
  await eventually(() => isKnown('room-1'));
  const hub = new EventHub(stage.backend, { most: 1 });
  hub.mustHaveRoom(anyone);
  const first = sink(false);
  hub.open('room-1', undefined, anyone, first);
  assert.throws(() => hub.mustHaveRoom(anyone), /Too many follow their orders/);
  first.destroy();
  await eventually(() => assert.is(hub.size, 0));
  hub.mustHaveRoom(anyone);
  hub.close();
});

test('nobody takes the room of all: one reader may have so many', async () => {
  await placed('each-1');
  await eventually(() => isKnown('each-1'));
  const hub = new EventHub(stage.backend, { mostEach: 2 });
  const kim = { name: 'customer kim', expiresAt: Number.POSITIVE_INFINITY };
  const first = sink(false);
  hub.open('each-1', undefined, kim, first);
  hub.open('each-1', undefined, kim, sink(false));
  assert.throws(
    () => hub.mustHaveRoom(kim),
    (error: { status?: number }) => error.status === 429,
  );
  hub.mustHaveRoom({ ...kim, name: 'customer lee' });
  hub.mustHaveRoom(anyone);
  first.destroy();
  await eventually(() => assert.is(hub.size, 1));
  hub.mustHaveRoom(kim);
  hub.close();
});

test('a service that stops ends its streams, and is soon gone', async () => {
  const service = await stage.start('order');
  await placed('stop-1', service.url);
  const reader = await Reader.open(service.url, '/orders/stop-1/events');
  await reader.until(...untilPlaced);
  await service.close();
  await eventually(() => reader.ended);
  assert.not.ok(reader.names.includes('end'), 'the order goes on');
});

test.run();
