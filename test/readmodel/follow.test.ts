import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker } from '../../src/broker/broker.ts';
import { openEmbedded } from '../../src/broker/embedded/embedded-broker.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { topologyOf } from '../../src/broker/topology.ts';
import { newId } from '../../src/client/new-id.ts';
import { catchUp } from '../../src/readmodel/catch-up.ts';
import { follow } from '../../src/readmodel/follow.ts';
import { listOrders } from '../../src/readmodel/list-orders.ts';
import { openForQueries, openReadModel } from '../../src/readmodel/schema.ts';
import { asNobodyUntil, letNobodyIn } from '../harness/as-nobody.ts';
import { eventually } from '../harness/eventually.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder>; broker: Broker }>('following the journal');
test.before.each(async (context) => {
  context.folder = tempFolder();
  context.broker = await openEmbedded({ folder: context.folder.path, topology: topologyOf([], 'test'), now: Date.now });
});
test.after.each(async ({ folder, broker }) => {
  await broker.close();
  folder.remove();
});

const placed = (broker: Broker, orderId: string) =>
  broker.publish([
    {
      envelope: {
        id: newId(),
        type: 'OrderAccepted',
        key: orderId,
        at: Date.now(),
        data: { orderId, customerId: 'kim', prepMs: 0 },
      } as Envelope,
    },
  ]);
const fail = (error: unknown) => {
  throw error;
};
const known = (folder: string) => {
  const db = openForQueries(folder);
  const ids = listOrders(db).map(({ orderId }) => orderId);
  db.close();
  return ids.toSorted();
};

test('what is published is in the read model soon', async ({ folder, broker }) => {
  const stop = follow(folder.path, broker, { onProblem: fail });
  await placed(broker, 'o1');
  await eventually(() => assert.equal(known(folder.path), ['o1']));
  await placed(broker, 'o2');
  await eventually(() => assert.equal(known(folder.path), ['o1', 'o2']));
  await stop();
});

test('one follower folds, and the next takes over when it stops', async ({ folder, broker }) => {
  const stopFirst = follow(folder.path, broker, { onProblem: fail });
  const stopSecond = follow(folder.path, broker, { onProblem: fail });
  await placed(broker, 'o1');
  await eventually(() => assert.equal(known(folder.path), ['o1']));
  await stopFirst();
  await placed(broker, 'o2');
  await eventually(() => assert.equal(known(folder.path), ['o1', 'o2']));
  await stopSecond();
});

test('where nobody follows, a question catches up first', async ({ folder, broker }) => {
  for (let i = 0; i < 30; i++) await placed(broker, `o${i}`);
  await catchUp(folder.path, broker);
  assert.is(known(folder.path).length, 30);
  await placed(broker, 'last');
  await catchUp(folder.path, broker);
  assert.is(known(folder.path).length, 31);
});

test('where somebody follows, a question leaves the folding to them', async ({ folder, broker }) => {
  const stop = follow(folder.path, broker, { onProblem: fail });
  await catchUp(folder.path, broker);
  await placed(broker, 'o1');
  await eventually(() => assert.equal(known(folder.path), ['o1']));
  await stop();
});

test('a question waits for whoever keeps the read model up to date', async ({ folder, broker }) => {
  const stop = follow(folder.path, broker, { onProblem: fail });
  for (let i = 0; i < 50; i++) await placed(broker, `o${i}`);
  assert.is(await catchUp(folder.path, broker), true);
  assert.is(known(folder.path).length, 50);
  await stop();
});

test('a journal that begins anew is folded from its beginning', async ({ folder, broker }) => {
  for (let i = 0; i < 5; i++) await placed(broker, `old${i}`);
  await catchUp(folder.path, broker);
  const other = tempFolder();
  const anew = await openEmbedded({ folder: other.path, topology: topologyOf([], 'test'), now: Date.now });
  await placed(anew, 'new');
  await catchUp(folder.path, anew);
  assert.equal(known(folder.path), ['new']);
  await placed(anew, 'newer');
  const stop = follow(folder.path, anew, { onProblem: fail });
  await eventually(() => assert.equal(known(folder.path), ['new', 'newer']));
  await stop();
  await anew.close();
  other.remove();
});

test('a batch that cannot be folded is given again until it can, and says so meanwhile', async ({ folder, broker }) => {
  const problems: { phase: string }[] = [];
  const db = openReadModel(folder.path);
  db.exec("CREATE TRIGGER full BEFORE INSERT ON timeline BEGIN SELECT RAISE(ABORT, 'no room'); END");
  const stop = follow(folder.path, broker, { onProblem: (_error, phase) => problems.push({ phase }) });
  await placed(broker, 'o1');
  await eventually(() => assert.equal(problems[0], { phase: 'folding' }));
  db.exec('DROP TRIGGER full');
  await eventually(() => assert.equal(known(folder.path), ['o1']));
  await stop();
  db.close();
});

test('a read model that may only be read is said to be, once, and is read all the same', async ({ folder, broker }) => {
  await placed(broker, 'o1');
  await catchUp(folder.path, broker);
  await placed(broker, 'o2');
  chmodSync(join(folder.path, 'readmodel.sqlite'), 0o444);
  for (const place of [folder.path, join(folder.path, 'locks')]) letNobodyIn(place);
  rmSync(join(folder.path, 'locks', 'readmodel.lock'));
  await asNobodyUntil(async () => {
    const problems: string[] = [];
    const stop = follow(folder.path, broker, {
      onProblem: (error, phase) => problems.push(`${phase}: ${(error as Error).message}`),
    });
    await eventually(() => assert.match(problems[0] ?? '', /^opening: Cannot write .*readmodel\.sqlite/));
    await new Promise((resolve) => setTimeout(resolve, 2_500)); // it is tried again meanwhile
    assert.is(problems.length, 1);
    assert.equal(known(folder.path), ['o1']);
    await stop();
  });
});

test.run();
