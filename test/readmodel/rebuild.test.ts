import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { catchUp } from '../../src/readmodel/catch-up.ts';
import { currentFile, nextFile, offer } from '../../src/readmodel/files.ts';
import { findOrder } from '../../src/readmodel/find-order.ts';
import { follow } from '../../src/readmodel/follow.ts';
import { countByStatus } from '../../src/readmodel/list-orders.ts';
import { nextOf, positionOf } from '../../src/readmodel/position.ts';
import { Reader } from '../../src/readmodel/reader.ts';
import { RebuildFailed, rebuild } from '../../src/readmodel/rebuild.ts';
import { openForQueries, openReadModel } from '../../src/readmodel/schema.ts';
import { eventually } from '../harness/eventually.ts';
import { type JournalStage, journalStage } from './journal-stage.ts';
import { cancelled, delivered } from './stories.ts';

const test = suite<{ at: JournalStage }>('rebuilding the read model');
test.before.each(async (context) => {
  context.at = await journalStage();
});
test.after.each(({ at }) => at.end());

const options = { signal: new AbortController().signal };
const elapsed = () => performance.now();
const rebuilt = ({ folder, broker }: JournalStage, more = {}) =>
  rebuild(folder, broker, elapsed, { ...options, ...more });
const onProblem = (error: unknown) => {
  throw error;
};

const damage = (folder: string) => writeFileSync(join(folder, currentFile(folder)), 'this is no database'.repeat(100));

test('a rebuilt read model is what the journal comes to, in a file of its own', async ({ at }) => {
  await at.publish([...delivered('o1'), ...cancelled('o2')]);
  await catchUp(at.folder, at.broker);
  const db = openReadModel(at.folder);
  db.exec("UPDATE orders SET status = 'placed'");
  db.close();
  const { events, orders } = await rebuilt(at);
  assert.equal([events, orders], [20, 2]);
  const fresh = openForQueries(at.folder);
  assert.equal(countByStatus(fresh), { delivered: 1, cancelled: 1 });
  assert.is(findOrder(fresh, 'o1')?.status, 'delivered');
  fresh.close();
  assert.is(currentFile(at.folder), 'readmodel-1.sqlite');
  assert.not(existsSync(join(at.folder, 'readmodel.sqlite')), 'the old file is gone');
});

test('a reader who goes on asking meanwhile never sees anything go away, nor an error', async ({ at }) => {
  const stories = Array.from({ length: 40 }, (_, i) => delivered(`o${i}`));
  await at.publish(stories.slice(0, 20).flat());
  const stop = follow(at.folder, at.broker, { onProblem });
  const reader = new Reader(at.folder);
  await eventually(() => assert.is(reader.ask(nextOf), 220));

  let done = false;
  let seen = 0;
  let asked = 0;
  const reading = (async () => {
    while (!done) {
      const { delivered = 0 } = reader.ask(countByStatus);
      assert.ok(delivered >= seen, `${delivered} delivered orders after ${seen}`);
      seen = delivered;
      asked++;
      await new Promise(setImmediate);
    }
  })();
  const writing = at.publish(stories.slice(20).flat());
  await Promise.all([rebuilt(at), writing]);
  assert.is(currentFile(at.folder), 'readmodel-1.sqlite');
  await eventually(() => assert.is(reader.ask(nextOf), 440));
  done = true;
  await reading;
  assert.ok(asked > 10);
  assert.equal(reader.ask(countByStatus), { delivered: 40 });
  reader.close();
  await stop();
});

test('whoever follows goes on in the new file, and it can be rebuilt again and again', async ({ at }) => {
  await at.publish(delivered('o1'));
  const stop = follow(at.folder, at.broker, { onProblem });
  for (let round = 1; round <= 3; round++) {
    await rebuilt(at);
    assert.is(currentFile(at.folder), `readmodel-${round}.sqlite`);
    await at.publish(delivered(`later-${round}`));
    const reader = new Reader(at.folder);
    await eventually(() => assert.is(reader.ask(countByStatus).delivered, round + 1));
    reader.close();
  }
  await stop();
  assert.equal(
    readdirSync(at.folder).filter((name) => /^readmodel.*sqlite$/.test(name)),
    ['readmodel-3.sqlite'],
  );
});

test('a damaged read model says how to mend it, and rebuilding it does', async ({ at }) => {
  await at.publish(delivered('o1'));
  await catchUp(at.folder, at.broker);
  damage(at.folder);
  const error = await catchUp(at.folder, at.broker).catch((error: unknown) => error);
  assert.match((error as Error).message, /readmodel\.sqlite is damaged .* `baedal readmodel rebuild`/);
  await rebuilt(at);
  const db = openForQueries(at.folder);
  assert.is(findOrder(db, 'o1')?.status, 'delivered');
  db.close();
});

test('whoever follows a read model that was damaged says so once, and goes on once it is rebuilt', async ({ at }) => {
  await at.publish(delivered('o1'));
  await catchUp(at.folder, at.broker);
  damage(at.folder);
  const problems: string[] = [];
  const stop = follow(at.folder, at.broker, {
    onProblem: (error, phase) => problems.push(`${phase}: ${(error as Error).message}`),
  });
  await eventually(() => assert.match(problems[0] ?? '', /^opening: .*damaged/));
  await rebuilt(at);
  await at.publish(delivered('o2'));
  const reader = new Reader(at.folder);
  await eventually(() => assert.equal(reader.ask(countByStatus), { delivered: 2 }));
  assert.is(problems.length, 1);
  reader.close();
  await stop();
});

test('what a rebuild that was killed has left behind is in nobody’s way', async ({ at }) => {
  await at.publish(delivered('o1'));
  writeFileSync(join(at.folder, nextFile(at.folder)), 'half a file');
  await rebuilt(at);
  const db = openForQueries(at.folder);
  assert.equal(countByStatus(db), { delivered: 1 });
  db.close();
});

test('an offered file that is none is not taken, and the old one stays', async ({ at }) => {
  await at.publish(delivered('o1'));
  const problems: unknown[] = [];
  const stop = follow(at.folder, at.broker, { onProblem: (error) => problems.push(error) });
  const reader = new Reader(at.folder);
  await eventually(() => assert.equal(reader.ask(countByStatus), { delivered: 1 }));
  writeFileSync(join(at.folder, 'readmodel-7.sqlite'), 'this is no database'.repeat(100));
  offer(at.folder, 'readmodel-7.sqlite');
  await eventually(() => assert.is(problems.length, 1));
  assert.is(currentFile(at.folder), 'readmodel.sqlite');
  await at.publish(delivered('o2'));
  await eventually(() => assert.equal(reader.ask(countByStatus), { delivered: 2 }));
  reader.close();
  await stop();
});

test('a rebuild that is interrupted leaves the old one as it was', async ({ at }) => {
  await at.publish(delivered('o1'));
  await catchUp(at.folder, at.broker);
  const stopped = AbortSignal.abort();
  const error = await rebuilt(at, { signal: stopped }).catch((error: unknown) => error);
  assert.instance(error, RebuildFailed);
  assert.is(currentFile(at.folder), 'readmodel.sqlite');
  assert.not(existsSync(join(at.folder, 'readmodel-1.sqlite')));
});

test('a journal that was trimmed before it was read says what is missing, and what is there is folded', async ({
  at,
}) => {
  await at.publish(delivered('old'));
  await catchUp(at.folder, at.broker);
  await at.publish([...cancelled('missed'), ...delivered('new')]);
  at.trim(11 + 9);
  const problems: string[] = [];
  const stop = follow(at.folder, at.broker, {
    onProblem: (error, phase) => problems.push(`${phase}: ${(error as Error).message}`),
  });
  const reader = new Reader(at.folder);
  await eventually(() => assert.equal(reader.ask(countByStatus), { delivered: 2 }));
  assert.match(problems[0] ?? '', /^folding: The journal begins at entry 20: entries 11 to 19 were trimmed/);
  assert.equal(reader.ask(positionOf).gaps, [{ from: 11, to: 20 }]);
  assert.is(problems.length, 1);
  reader.close();
  await stop();
});

test('a trimmed journal does not rebuild what it lacks, unless that is to be forgotten', async ({ at }) => {
  await at.publish([...delivered('old'), ...delivered('new')]);
  await catchUp(at.folder, at.broker);
  at.trim(11);
  const error = await rebuilt(at).catch((error: unknown) => error);
  assert.match((error as Error).message, /entries 0 to 10 were trimmed .* --forget .* The read model is as it was\./);
  const db = openForQueries(at.folder);
  assert.equal(countByStatus(db), { delivered: 2 });
  db.close();
  await rebuilt(at, { forget: true });
  const fresh = openForQueries(at.folder);
  assert.equal(countByStatus(fresh), { delivered: 1 });
  fresh.close();
});

test.run();
