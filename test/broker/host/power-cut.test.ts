import { execFileSync } from 'node:child_process';
import { fdatasync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Outgoing } from '../../../src/broker/broker.ts';
import { SqliteStore } from '../../../src/broker/host/sqlite-store.ts';
import type { Outcome } from '../../../src/broker/host/store.ts';
import { newId } from '../../../src/client/new-id.ts';
import type { Sync } from '../../../src/sqlite/wal-sync.ts';
import { eventually } from '../../harness/eventually.ts';
import { accept, authorize, stage, type Tally } from './stage.ts';

const test = suite<{ at: ReturnType<typeof stage> }>('power cut');

test.before.each((context) => {
  context.at = stage();
});
test.after.each(({ at }) => at.cleanUp());

/**
 * A disk that surely has what was written before its last sync began, and of which nothing later is left when the power is cut. Each sync
 * keeps a copy of that; copied by another process, as closing a database's file would drop the locks that this one has on it.
 */
function disk(folder: string) {
  let syncs = 0;
  let has = 0;
  const copyOf = (sync: number) => join(folder, `disk-${sync}`);
  const sync: Sync = (fd, done) => {
    const mine = ++syncs;
    mkdirSync(copyOf(mine));
    execFileSync('cp', [join(folder, 'tally.sqlite'), join(folder, 'tally.sqlite-wal'), copyOf(mine)]);
    // Later than the next turn, so that whoever does not wait is found out.
    const synced = (error: Error | null) => {
      if (!error) has = Math.max(has, mine);
      done(error);
    };
    setTimeout(() => fdatasync(fd, synced), 5);
  };
  return {
    sync,
    /** What a power cut now would leave of these messages. */
    leftOf: async (ids: readonly string[]): Promise<Map<string, Outcome>> => {
      if (has === 0) return new Map();
      const again = join(copyOf(has), newId());
      mkdirSync(again);
      execFileSync('cp', [join(copyOf(has), 'tally.sqlite'), join(copyOf(has), 'tally.sqlite-wal'), again]);
      const store = new SqliteStore<Tally>(join(again, 'tally.sqlite'), 'tally');
      const found = await store.processed(ids);
      store.close();
      return found;
    },
  };
}

test('nothing leaves before what it rests on would survive a power cut', async ({ at }) => {
  const { sync, leftOf } = disk(at.folder);
  const left: { causes: string[]; survived: number }[] = [];
  const { broker, journal } = await at.start({
    sync,
    broker: (real) => ({
      publish: async (messages: readonly Outgoing[]) => {
        const causes = messages.flatMap(({ envelope: { cause } }) => cause ?? []);
        if (causes.length > 0) left.push({ causes, survived: (await leftOf(causes)).size });
        return real.publish(messages);
      },
    }),
  });
  for (let i = 0; i < 10; i++) {
    await broker.publish([{ envelope: accept(`o${i}`) }]);
    await broker.publish([{ envelope: accept('o0') }]);
  }
  await eventually(() => assert.is(journal.filter(({ type }) => type === 'OrderAccepted').length, 20));
  assert.is(left.flatMap(({ causes }) => causes).length, 20);
  for (const { causes, survived } of left) assert.is(survived, causes.length);
});

test('a partner is called only once a power cut would not make us forget that', async ({ at }) => {
  const { sync, leftOf } = disk(at.folder);
  const message = authorize();
  const survived: (Outcome | undefined)[] = [];
  const { broker, journal } = await at.start({
    sync,
    charge: async ({ orderId }) => {
      survived.push((await leftOf([message.id])).get(message.id));
      return { orderId, tries: 0, outcome: 'approved', amountWon: 1, paymentKey: 'p' };
    },
  });
  await broker.publish([{ envelope: message }]);
  await eventually(() => assert.ok(journal.find(({ type }) => type === 'PaymentApproved')));
  assert.equal(
    survived.map((outcome) => outcome?.call?.type),
    ['Charge'],
  );
});

test('what another process committed, and may have left to the disk, is on it before it is said again', async ({
  at,
}) => {
  const message = accept();
  const first = await at.start();
  await first.broker.publish([{ envelope: message }]);
  await eventually(() => assert.is(first.journal.length, 1));
  await first.die();
  const { sync, leftOf } = disk(at.folder);
  const path = join(at.folder, 'tally.sqlite');
  const second = new SqliteStore<Tally>(path, 'tally', { sync });
  try {
    assert.is((await second.processed([message.id])).size, 1);
    assert.is((await leftOf([message.id])).size, 1);
  } finally {
    second.close();
  }
});

test('the disk is not waited for again for what it has', async ({ at }) => {
  const message = accept();
  const first = await at.start();
  await first.broker.publish([{ envelope: message }]);
  await eventually(() => assert.is(first.journal.length, 1));
  await first.die();
  let syncs = 0;
  const sync: Sync = (fd, done) => {
    syncs++;
    fdatasync(fd, done);
  };
  const path = join(at.folder, 'tally.sqlite');
  const [mine, other] = [{ sync }, {}].map((options) => new SqliteStore<Tally>(path, 'tally', options));
  const batch = (id: string) => ({
    ...{ states: new Map(), unchanged: new Map(), at: 0 },
    outcomes: new Map([[id, { outputs: [], answers: [] }]]),
  });
  try {
    for (let i = 0; i < 3; i++) await mine!.processed([message.id]);
    assert.is(syncs, 1);
    await mine!.commit(batch('mine'));
    await mine!.processed([message.id, 'mine']);
    assert.is(syncs, 2);
    await other!.commit(batch('other'));
    await mine!.processed(['other']);
    assert.is(syncs, 3, 'another process has committed');
  } finally {
    mine!.close();
    other!.close();
  }
});

test('what an earlier process left in the log is brought into the database, as nobody knows whether its sync failed', async ({
  at,
}) => {
  const path = join(at.folder, 'tally.sqlite');
  const earlier = new SqliteStore<Tally>(path, 'tally'); // as long as it is open, nobody else's end empties the log
  await earlier.commit({
    ...{ states: new Map(), unchanged: new Map(), at: 0 },
    outcomes: new Map([['one', { outputs: [], answers: [] }]]),
  });
  const inDatabase = () => {
    const alone = join(at.folder, `${newId()}.sqlite`);
    execFileSync('cp', [path, alone]);
    const db = new Sqlite(alone);
    const tables = db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'processed'").pluck().get();
    const rows = tables === 0 ? 0 : db.prepare('SELECT count(*) FROM processed').pluck().get();
    db.close();
    return rows;
  };
  assert.is(inDatabase(), 0);
  new SqliteStore<Tally>(path, 'tally').close();
  assert.is(inDatabase(), 1);
  earlier.close();
});

test('a host that has given up meanwhile lets nothing out any more', async ({ at }) => {
  const finish: (() => void)[] = [];
  const sync: Sync = (fd, done) => void finish.push(() => fdatasync(fd, done));
  const { broker, host, journal, problems } = await at.start({ sync });
  await broker.publish([{ envelope: accept() }]);
  await eventually(() => assert.is(finish.length, 1));
  await host.drain(20).catch(() => {});
  finish[0]!();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(journal, []);
  assert.equal(problems, []);
});

test('a disk that fails ends the actor, and nothing that rests on it leaves', async ({ at }) => {
  let broken = true;
  const sync: Sync = (fd, done) => (broken ? done(new Error('EIO: i/o error, fdatasync')) : fdatasync(fd, done));
  const message = accept();
  const first = await at.start({ sync });
  await first.broker.publish([{ envelope: message }]);
  const problem = await eventually(() => first.problems.find(({ kind }) => kind === 'fatal') ?? null);
  assert.match(problem!.reason, /did not store.*EIO.*Check the disk's health/);
  broken = false; // a disk tells of what it lost only once
  await first.broker.publish([{ envelope: accept('o2') }]);
  await first.die();
  assert.equal(first.journal, []);

  const second = await at.start();
  await eventually(() => assert.is(second.journal.filter(({ type }) => type === 'OrderAccepted').length, 2));
});

test.run();
