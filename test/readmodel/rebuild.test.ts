import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { catchUp } from '../../src/readmodel/catch-up.ts';
import { currentFile, offer } from '../../src/readmodel/files.ts';
import { findOrder } from '../../src/readmodel/find-order.ts';
import { foldUpTo, type Journal } from '../../src/readmodel/fold-journal.ts';
import { follow } from '../../src/readmodel/follow.ts';
import { countByStatus } from '../../src/readmodel/list-orders.ts';
import { nextOf, positionOf } from '../../src/readmodel/position.ts';
import { Projection } from '../../src/readmodel/projection.ts';
import { Reader } from '../../src/readmodel/reader.ts';
import { RebuildFailed, rebuild } from '../../src/readmodel/rebuild.ts';
import { openForQueries, openReadModel, openReadModelFile } from '../../src/readmodel/schema.ts';
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
  assert.match(currentFile(at.folder), /^readmodel-\w+\.sqlite$/);
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
  assert.is.not(currentFile(at.folder), 'readmodel.sqlite');
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
    const { file } = await rebuilt(at);
    assert.is(currentFile(at.folder), file);
    await at.publish(delivered(`later-${round}`));
    const reader = new Reader(at.folder);
    await eventually(() => assert.is(reader.ask(countByStatus).delivered, round + 1));
    reader.close();
  }
  await stop();
  assert.equal(
    readdirSync(at.folder).filter((name) => /^readmodel.*sqlite$/.test(name)),
    [currentFile(at.folder)],
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
  writeFileSync(join(at.folder, 'readmodel-dead.sqlite'), 'half a file');
  offer(at.folder, 'readmodel-dead.sqlite');
  await rebuilt(at);
  assert.not(existsSync(join(at.folder, 'readmodel-dead.sqlite')));
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
  assert.equal(
    readdirSync(at.folder).filter((name) => /^readmodel.*sqlite$/.test(name)),
    ['readmodel.sqlite'],
  );
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

/** The journal of a follower whose way to its end is barred until `open`. */
function barred(journal: Journal) {
  let open = () => {};
  let arrived = () => {};
  const bar = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (arrived = resolve));
  let first = true;
  return {
    open,
    reached,
    journal: {
      readJournal: (...args: Parameters<Journal['readJournal']>) => journal.readJournal(...args),
      journalEnd: async () => {
        // The first one is for the file in use, the next one for the one that is offered.
        if (!first) {
          arrived();
          await bar;
        }
        first = false;
        return journal.journalEnd();
      },
    } satisfies Journal,
  };
}

test('a rebuild that is interrupted while its file is being taken leaves one that can be read', async ({ at }) => {
  await at.publish(delivered('o1'));
  const slow = barred(at.broker);
  const stop = follow(at.folder, slow.journal, { onProblem });
  const reader = new Reader(at.folder);
  await eventually(() => assert.equal(reader.ask(countByStatus), { delivered: 1 }));
  const stopping = new AbortController();
  const rebuilding = rebuilt(at, { signal: stopping.signal }).catch((error: unknown) => error);
  await slow.reached;
  stopping.abort();
  assert.match(((await rebuilding) as Error).message, /stopped before it was done/);
  slow.open();
  await at.publish(delivered('o2'));
  await eventually(() => assert.equal(reader.ask(countByStatus), { delivered: 2 }));
  const db = openForQueries(at.folder);
  assert.equal(countByStatus(db), { delivered: 2 });
  db.close();
  reader.close();
  await stop();
});

test('who takes over in the middle of a hand-over lets readers see nothing less than before', async ({ at }) => {
  await at.publish(Array.from({ length: 30 }, (_, i) => delivered(`o${i}`)).flat());
  await catchUp(at.folder, at.broker);
  // A file that has read nothing yet is offered, and nobody keeps the one in use up to date.
  openReadModelFile(join(at.folder, 'readmodel-new.sqlite')).close();
  offer(at.folder, 'readmodel-new.sqlite');
  const reader = new Reader(at.folder);
  const stop = follow(at.folder, at.broker, { onProblem });
  let least = Number.POSITIVE_INFINITY;
  const swapped = () => {
    least = Math.min(least, reader.ask(nextOf));
    return currentFile(at.folder) === 'readmodel-new.sqlite';
  };
  await eventually(swapped, { everyMs: 1 });
  swapped();
  assert.is(least, 330);
  reader.close();
  await stop();
});

test('a journal that gives nothing where there should be something is not waited for for ever', async ({ at }) => {
  await at.publish(delivered('o1'));
  at.trim(11);
  const db = openReadModel(at.folder);
  const error = await foldUpTo(at.broker, new Projection(db), 11, { silentMs: 200, onGap: () => {} }).catch(
    (error: unknown) => error,
  );
  assert.match((error as Error).message, /entries 0 to 10 are to be read/);
  db.close();
});

test('a rebuild that would lose nothing more than is lost already is not refused', async ({ at }) => {
  await at.publish([...delivered('old'), ...delivered('new')]);
  at.trim(11);
  await catchUp(at.folder, at.broker);
  await rebuilt(at);
  const db = openForQueries(at.folder);
  assert.equal(countByStatus(db), { delivered: 1 });
  assert.equal(positionOf(db).gaps, [{ from: 0, to: 11 }]);
  db.close();
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
