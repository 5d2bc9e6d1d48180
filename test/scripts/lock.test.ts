import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withLock } from '../../scripts/lock.js';
import { tempFolder } from '../harness/temp-folder.ts';

const folder = tempFolder();
const file = folder.file('lock');
const nobody = () => {};
const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => assert.unreachable() as never,
    (error) => error,
  );
test.after(folder.remove);

test('lets one in at a time, and tells the others whom they wait for', async () => {
  let inside = 0;
  const waitedFor: number[] = [];
  const work = async () => {
    assert.is(++inside, 1);
    await sleep(20);
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(file, (pid) => waitedFor.push(pid), work)));
  assert.equal(waitedFor, [process.pid, process.pid]);
  assert.not(existsSync(file));
});

test('goes away when the work fails', async () => {
  const failing = async () => {
    throw new Error('It failed.');
  };
  assert.is((await failure(withLock(file, nobody, failing))).message, 'It failed.');
  assert.not(existsSync(file));
});

test('is taken over from a process that is gone', async () => {
  writeFileSync(file, '999999999 whoever');
  assert.is(
    await withLock(
      file,
      () => assert.unreachable(),
      async () => 'done',
    ),
    'done',
  );
});

test('is not waited for without end', async () => {
  writeFileSync(file, `${process.pid} somebody`);
  assert.match((await failure(withLock(file, nobody, async () => {}, 50))).message, 'still holds');
  assert.ok(existsSync(file));
});

test.run();
