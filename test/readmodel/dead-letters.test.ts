import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Events } from '../../src/actors/messages.ts';
import {
  countDeadLetters,
  type DeadLetterFilter,
  findDeadLetter,
  listDeadLetterHeads,
  listDeadLetters,
} from '../../src/readmodel/list-dead-letters.ts';
import { listOrders } from '../../src/readmodel/list-orders.ts';
import type { JournalEvent } from '../../src/readmodel/order-fold.ts';
import { Projection } from '../../src/readmodel/projection.ts';
import { openReadModel } from '../../src/readmodel/schema.ts';
import { randomFrom } from '../../src/simulation/random.ts';
import type { Database } from '../../src/sqlite/open-database.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder> }>('dead letters in the read model');
test.before.each((context) => {
  context.folder = tempFolder();
});
test.after.each(({ folder }) => folder.remove());

const buried = (letterId: string, at: number, rest: Partial<Events['MessageBuried']> = {}): JournalEvent => ({
  id: `buried-${letterId}`,
  type: 'MessageBuried',
  key: 'dead-letters',
  at,
  data: { letterId, queue: 'q', actor: 'order', reason: 'It threw.', attempts: 1, at, body: 'b', ...rest },
});
const redriven = (id: string, at: number, ...letterIds: string[]): JournalEvent => ({
  id,
  type: 'LettersRedriven',
  key: 'dead-letters',
  at,
  data: { letterIds },
});
const discarded = (id: string, at: number, reason: string, ...letterIds: string[]): JournalEvent => ({
  id,
  type: 'LettersDiscarded',
  key: 'dead-letters',
  at,
  data: { letterIds, reason },
});

function folded(folder: string, events: readonly JournalEvent[]): Database {
  const db = openReadModel(folder);
  const projection = new Projection(db);
  for (const [offset, envelope] of events.entries()) projection.apply([{ offset, envelope }]);
  return db;
}

const ids = (db: Database, filter?: DeadLetterFilter) => listDeadLetters(db, filter).map(({ letterId }) => letterId);

test('a letter shows what it was and what was done about it, and makes no order', ({ folder }) => {
  const db = folded(folder.path, [
    buried('aa01', 10, { messageId: 'm1', type: 'PlaceOrder', orderId: 'o1', cause: 'TypeError', firstAt: 5 }),
    buried('aa02', 20),
    buried('bb03', 30),
    redriven('e1', 40, 'aa01'),
    discarded('e2', 50, 'garbage', 'aa02'),
  ]);
  assert.equal(findDeadLetter(db, 'aa01'), {
    letterId: 'aa01',
    state: 'redriven',
    queue: 'q',
    actor: 'order',
    messageId: 'm1',
    type: 'PlaceOrder',
    orderId: 'o1',
    reason: 'It threw.',
    cause: 'TypeError',
    attempts: 1,
    firstAt: 5,
    at: 10,
    settledAt: 40,
    discardReason: null,
    body: 'b',
  });
  const second = findDeadLetter(db, 'aa02')!;
  assert.equal([second.state, second.discardReason, second.settledAt, second.body], ['discarded', 'garbage', 50, 'b']);
  assert.equal([second.cause, second.firstAt], [null, null], 'as versions before told it');
  assert.equal(countDeadLetters(db), { dead: 1, redriven: 1, discarded: 1 });
  assert.equal(listOrders(db), []);
  db.close();
});

test('what was done about a letter that is not known yet waits for it, unseen', ({ folder }) => {
  const db = folded(folder.path, [redriven('e1', 40, 'aa01')]);
  assert.equal([ids(db), findDeadLetter(db, 'aa01'), countDeadLetters(db).redriven], [[], undefined, 0]);
  new Projection(db).apply([{ offset: 1, envelope: buried('aa01', 10) }]);
  assert.is(findDeadLetter(db, 'aa01')?.state, 'redriven');
  db.close();
});

test('any order of events, and any repetition, comes to the same', ({ folder }) => {
  const story = [
    buried('aa01', 10),
    buried('aa02', 20, { reason: 'other' }),
    buried('aa03', 20),
    discarded('e1', 30, 'first', 'aa01', 'aa02'),
    redriven('e2', 30, 'aa02', 'aa03'), // at the same time as the one before
    discarded('e3', 50, 'after all', 'aa03'),
    redriven('e4', 40, 'aa03'),
  ];
  const straight = folded(join(folder.path, 'straight'), story);
  const expected = listDeadLetters(straight);
  assert.equal(
    expected.map(({ letterId, state, discardReason }) => [letterId, state, discardReason]),
    [
      ['aa03', 'discarded', 'after all'],
      ['aa02', 'redriven', null],
      ['aa01', 'discarded', 'first'],
    ],
  );
  straight.close();
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomFrom(seed);
    const repeated = [...story, ...story.filter(() => random() < 0.5)];
    const shuffled = repeated.map((one) => ({ one, by: random() })).toSorted((a, b) => a.by - b.by);
    const db = folded(
      join(folder.path, `seed-${seed}`),
      shuffled.map(({ one }) => one),
    );
    assert.equal(listDeadLetters(db), expected, `seed ${seed}`);
    db.close();
  }
});

test('letters are listed newest first, by state and by what their reason contains', ({ folder }) => {
  const db = folded(folder.path, [
    buried('aa01', 10, { reason: 'The body is not JSON.' }),
    buried('aa02', 30, { reason: 'database is locked' }),
    buried('aa03', 20, { reason: 'The Database is locked' }),
    redriven('e1', 40, 'aa03'),
  ]);
  assert.equal(ids(db), ['aa02', 'aa03', 'aa01']);
  assert.equal(ids(db, { limit: 2 }), ['aa02', 'aa03']);
  assert.equal(ids(db, { state: 'dead' }), ['aa02', 'aa01']);
  assert.equal(ids(db, { reason: 'DATABASE' }), ['aa02', 'aa03']);
  assert.equal(ids(db, { state: 'redriven', reason: 'locked' }), ['aa03']);
  assert.equal(ids(db, { reason: '%' }), []);
  assert.equal(ids(db, { after: findDeadLetter(db, 'aa03')! }), ['aa01']);
  assert.equal(ids(db, { first: 'oldest' }), ids(db).toReversed());
  assert.equal(ids(db, { first: 'oldest', after: findDeadLetter(db, 'aa01')! }), ids(db).toReversed().slice(1));
  assert.not('body' in listDeadLetterHeads(db)[0]!);
  assert.equal(ids(db, { state: 'dead', after: { at: 30, letterId: 'aa02' } }), ['aa01']);
  db.close();
});

test('a letter is found by the beginning of its id, unless several begin like that', ({ folder }) => {
  const db = folded(folder.path, [buried('aaff', 10), buried('aaff01', 20), buried('ab02', 30)]);
  assert.is(findDeadLetter(db, 'ab')?.letterId, 'ab02');
  assert.is(findDeadLetter(db, 'AB0')?.letterId, 'ab02');
  assert.is(findDeadLetter(db, 'aaff')?.letterId, 'aaff', 'a whole id is no beginning');
  assert.throws(
    () => findDeadLetter(db, 'aa'),
    (error: { code?: string; message: string }) =>
      error.code === 'letter-id-ambiguous' && /aaff and aaff01/.test(error.message),
  );
  for (const nothing of ['', 'ac', 'ab02ff', '%', 'zz']) assert.is(findDeadLetter(db, nothing), undefined, nothing);
  db.close();
});

test('a hundred thousand letters are found by an index, and none is sorted', ({ folder }) => {
  const db = openReadModel(folder.path);
  const asked: string[] = [];
  const prepare = db.prepare.bind(db);
  const spying = Object.assign(Object.create(db), {
    prepare: (sql: string) => {
      asked.push(sql);
      return prepare(sql);
    },
  }) as Database;
  listDeadLetters(spying);
  listDeadLetters(spying, { state: 'dead', reason: 'x' });
  listDeadLetters(spying, { state: 'dead', after: { at: 1, letterId: 'a' } });
  findDeadLetter(spying, 'aa');
  countDeadLetters(spying);
  assert.is(asked.length, 5);
  for (const sql of asked) {
    const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, 1]));
    const values = [...sql.matchAll(/\?/g)].map(() => 'a');
    const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values, named) as { detail: string }[];
    const details = plan.map(({ detail }) => detail).join('; ');
    assert.match(details, /USING (COVERING )?INDEX/, sql);
    assert.not.match(details, /TEMP B-TREE/, sql);
  }
  db.close();
});

test.run();
