import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folderOf } from '../../src/cli/open-broker.ts';
import { openReadModel } from '../../src/readmodel/schema.ts';
import { spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { order, type Stage, stage } from './platform-under-test.ts';

const test = suite<{ at: Stage }>('readmodel and following, as commands');
test.before.each((context) => {
  context.at = stage('sqlite:');
});
test.after.each(({ at }) => at.cleanUp());

const spoil = ({ settings }: Stage) => {
  const db = openReadModel(folderOf(settings));
  db.exec("UPDATE orders SET status = 'placed'");
  db.close();
};

test('status says how far the read model is, and that nothing is missing', async ({ at }) => {
  const up = await at.up('--quiet');
  await at.json(...order('--wait', 'delivered'));
  await eventually(async () => {
    const { code, data } = await at.json('readmodel', 'status');
    assert.is(code, 0);
    assert.equal([data.next, data.behind.entries, data.gaps], [data.end, 0, []]);
    assert.ok(data.end > 0);
  });
  const shown = await at.run('readmodel', 'status');
  assert.match(shown.stdout, /^It has read \d+ of the \d+ entries of the journal\.\nNothing is missing\.\n$/);
  await up.kill();
});

test('verify finds what the journal does not say, and rebuild mends it while up runs and somebody reads', async ({
  at,
}) => {
  const up = await at.up('--quiet');
  const { orderId } = (await at.json(...order('--wait', 'delivered'))).data;
  await eventually(async () => assert.is((await at.json('notifications')).data.length, 7));
  const same = await at.json('readmodel', 'verify');
  assert.is(same.code, 0, same.stderr);
  assert.is(same.data.same, true);
  const reader = spawnBaedal(['notifications', '--follow', '--json'], { env: at.env });
  await reader.waitForLine(orderId);

  spoil(at);
  const differs = await at.run('readmodel', 'verify');
  assert.is(differs.code, 1);
  assert.match(differs.stderr, /In orders, .* status is "placed", but the journal comes to "delivered".*rebuild/);
  const inJson = await at.json('readmodel', 'verify');
  assert.is(inJson.code, 1);
  assert.equal([inJson.data.same, inJson.data.difference.column], [false, 'status']);

  const rebuilt = await at.json('readmodel', 'rebuild');
  assert.is(rebuilt.code, 0, rebuilt.stderr);
  assert.is(rebuilt.data.orders, 1);
  assert.is((await at.json('readmodel', 'verify')).data.same, true);
  assert.is((await at.json('order', 'status', orderId)).data.status, 'delivered');

  await at.json(...order('--wait', 'delivered', '--order-id', 'afterwards'));
  await reader.waitForLine(/afterwards.*delivered/);
  const { stdout } = await reader.kill('SIGINT');
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(
      (one: { orderId: string; recipient: string; about: string }) => `${one.orderId} ${one.recipient} ${one.about}`,
    );
  assert.is(new Set(told).size, told.length, 'nobody is told anything twice');
  await up.kill();
});

test('what rebuild sends is nothing: each message was sent once', async ({ at }) => {
  const up = await at.up();
  const { orderId } = (await at.json(...order('--wait', 'delivered'))).data;
  await up.waitForLine(`kim ← Order ${orderId} has arrived`);
  const before = up.stdout() + up.stderr();
  assert.is((await at.run('readmodel', 'rebuild')).code, 0);
  await at.json(...order('--wait', 'delivered', '--order-id', 'the-next'));
  await up.waitForLine('kim ← Order the-next has arrived');
  const count = (text: string) =>
    text.split('\n').filter((line) => line.includes('←') && !line.includes('the-next')).length;
  assert.is(count(up.stdout() + up.stderr()), count(before));
  await up.kill();
});

test('order status --watch --json prints the story, then a line for each event, and ends with the order', async ({
  at,
}) => {
  const up = await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'watched'));
  const watching = spawnBaedal(['order', 'status', 'watched', '--watch', '--json'], { env: at.env });
  await watching.waitForLine('"status":"placed"');
  await at.json('kitchen', 'accept', 'watched');
  await watching.waitForLine('OrderAccepted');
  await at.json('order', 'cancel', 'watched');
  const { code, stdout } = await watching.ended;
  assert.is(code, 0);
  const [story, ...lines] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.is(story.orderId, 'watched');
  for (const line of lines) assert.is(line.orderId, 'watched');
  assert.is(lines.at(-1).status, 'cancelled');
  await up.kill();
});

test('who stops watching or following is told so, with exit code 130', async ({ at }) => {
  const up = await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'watched'));
  for (const args of [
    ['order', 'status', 'watched', '--watch'],
    ['notifications', '--follow'],
  ]) {
    const running = spawnBaedal(args, { env: at.env });
    await running.waitForLine('watched');
    const { code, stderr } = await running.kill('SIGINT');
    assert.is(code, 130, args.join(' '));
    assert.match(stderr, /Not (watching|following) any more/);
  }
  await up.kill();
});

test.run();
