import { Writable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EventHub, type EventSource } from '../../src/http/events/event-hub.ts';
import { EventStream } from '../../src/http/events/event-stream.ts';
import type { HttpError } from '../../src/http/http-error.ts';
import type { JournalEvent } from '../../src/readmodel/order-fold.ts';
import { Projection } from '../../src/readmodel/projection.ts';
import { openReadModelFile } from '../../src/readmodel/schema.ts';
import { eventually } from '../harness/eventually.ts';
import { tempFolder } from '../harness/temp-folder.ts';

/** Who may read for ever. */
const anyone = { expiresAt: Number.POSITIVE_INFINITY };

const money = { orderId: 'a', amountWon: 9_000 };
const event = (id: string, type: string, key: string, data: object = {}): JournalEvent => ({
  id,
  type,
  key,
  at: 1_000,
  data: { orderId: key, customerId: 'kim', storeId: 'gukbap', ...data },
});
const story = [
  event('e1', 'OrderReceived', 'a', { totalWon: 9_000, lines: [] }),
  event('e2', 'PaymentApproved', 'a', { ...money, paymentKey: 'p' }),
  event('e3', 'OrderPlaced', 'a', { totalWon: 9_000, lines: [] }),
  event('e4', 'OrderRefused', 'a', { reason: 'closed' }),
  event('e5', 'PaymentRefunded', 'a', money),
];
const others = Array.from({ length: 7 }, (_, i) => event(`o${i}`, 'OrderReceived', `other-${i}`, { lines: [] }));

const hubs: EventHub[] = [];
/** A hub that goes with its test, however that ends. */
function hubOn(source: EventSource, lookEveryMs = 5): EventHub {
  const hub = new EventHub(source, { lookEveryMs });
  hubs.push(hub);
  return hub;
}
test.after.each(() => {
  for (const hub of hubs.splice(0)) hub.close();
});

/** Who reads everything at once. */
class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
  get ids(): string[] {
    return [...this.text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id!);
  }
}

/** A read model of these events, in a file of its own. */
function readModel(file: string, events: readonly JournalEvent[]) {
  const db = openReadModelFile(file);
  const projection = new Projection(db);
  const add = (more: readonly JournalEvent[]) =>
    projection.apply(more.map((envelope, i) => ({ offset: projection.next + i, envelope })));
  add(events);
  return { db, add };
}

test('a refused order is over once the money is back', () => {
  const out = new Sink();
  const stream = new EventStream('a', anyone, out);
  for (const [i, one] of story.entries()) {
    stream.offer({ ...one, eventNo: i + 1 });
    assert.is(stream.endIfOver(), i === story.length - 1, one.type);
  }
  assert.match(out.text, /event: end\ndata: \{"orderId":"a","status":"refused"\}\n\n$/);
});

test('what is offered again is not sent again', () => {
  const out = new Sink();
  const stream = new EventStream('a', anyone, out);
  for (const one of [story[1]!, story[0]!, story[1]!, story[0]!]) stream.offer({ ...one, eventNo: 1 });
  assert.equal(out.ids, ['e2', 'e1']);
});

test('a read model that numbers its events otherwise loses and repeats nothing', async () => {
  const folder = tempFolder();
  const before = readModel(folder.file('before.sqlite'), [...others.slice(0, 2), ...story.slice(0, 2)]);
  for (const [title, events] of [
    ['higher numbers', [...others, ...story.slice(0, 3)]],
    ['lower numbers', story.slice(0, 3)],
  ] as const) {
    const after = readModel(folder.file(`${title}.sqlite`), events);
    let { db } = before;
    const hub = hubOn({ read: (question) => question(db), version: () => db.name, now: Date.now });
    const out = new Sink();
    hub.open('a', undefined, anyone, out);
    assert.equal(out.ids, ['e1', 'e2']);
    db = after.db;
    await eventually(() => assert.equal(out.ids, ['e1', 'e2', 'e3'], title));
    hub.close();
    after.db.close();
  }
  before.db.close();
  folder.remove();
});

test('what comes between the first look and the first reader is not missed', async () => {
  const folder = tempFolder();
  const model = readModel(folder.file('model.sqlite'), story.slice(0, 1));
  let version = 0;
  let reads = 0;
  // The second event comes right after the first question, whatever that is.
  const source = {
    read: <T>(question: (db: typeof model.db) => T): T => {
      const answer = question(model.db);
      if (reads++ === 0) {
        model.add(story.slice(1, 2));
        version++;
      }
      return answer;
    },
    version: () => String(version),
    now: Date.now,
  };
  const hub = hubOn(source);
  const out = new Sink();
  hub.open('a', undefined, anyone, out);
  await eventually(() => assert.equal(out.ids, ['e1', 'e2']));
  hub.close();
  model.db.close();
  folder.remove();
});

test('who went away before the stream began is not waited for', () => {
  const folder = tempFolder();
  const model = readModel(folder.file('model.sqlite'), story.slice(0, 1));
  const hub = hubOn({ read: (question) => question(model.db), version: () => '', now: Date.now });
  hub.open('a', undefined, { ...anyone, name: 'kim' }, new Sink().destroy());
  assert.is(hub.size, 0);
  model.db.close();
  folder.remove();
});

test('a hub that is closed takes nobody more, who would keep the service from stopping', () => {
  const hub = hubOn({ read: () => assert.unreachable() as never, version: () => '', now: Date.now });
  hub.mustHaveRoom(anyone);
  hub.close();
  assert.throws(
    () => hub.mustHaveRoom(anyone),
    (error: HttpError) => error.status === 503 && error.code === 'stopping',
  );
});

test('while it cannot be read nothing is lost', async () => {
  const folder = tempFolder();
  const model = readModel(folder.file('model.sqlite'), story.slice(0, 1));
  let away = false;
  let version = 0;
  const source = {
    read: <T>(question: (db: typeof model.db) => T): T => {
      if (away) throw new Error('It cannot be read.');
      return question(model.db);
    },
    version: () => String(version),
    now: Date.now,
  };
  const hub = hubOn(source, 2);
  const out = new Sink();
  hub.open('a', undefined, anyone, out);
  away = true;
  model.add(story.slice(1));
  version++;
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(out.ids, ['e1']);
  away = false;
  await eventually(() => assert.equal(out.ids, ['e1', 'e2', 'e3', 'e4', 'e5']));
  await eventually(() => out.writableFinished);
  assert.is(hub.size, 0);
  model.db.close();
  folder.remove();
});

test.run();
