import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DatabaseDamaged } from '../../src/sqlite/errors.ts';
import { acquireLock, awaitLock, isHeld, type ProcessLock } from '../../src/sqlite/process-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'baedal-lock-'));
test.after(() => rmSync(folder, { recursive: true }));

/** Another process that holds the lock at `path` until it is killed. */
const holder = (path: string): Promise<ChildProcess> =>
  started(`acquireLock(${JSON.stringify(path)});
    process.stdout.write('held');
    setInterval(() => globalThis.gc?.(), 20);`);

/** Another process that only looks at the lock, again and again until it is killed. */
const looker = (path: string): Promise<ChildProcess> =>
  started(`process.stdout.write('looking');
    for (;;) isHeld(${JSON.stringify(path)});`);

/** A process that has written something. */
async function started(action: string): Promise<ChildProcess> {
  const module = new URL('../../src/sqlite/process-lock.ts', import.meta.url).href;
  const program = `const { acquireLock, isHeld } = await import(${JSON.stringify(module)});
    ${action}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--expose-gc', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
}

test('a lock has one holder, and the next one gets it when it is released', () => {
  const path = join(folder, 'made/on/demand/a.lock');
  const first = acquireLock(path);
  assert.ok(first);
  assert.is(acquireLock(path), undefined);
  first.release();
  first.release();
  const second = acquireLock(path);
  assert.ok(second);
  first.release();
  assert.is(acquireLock(path), undefined);
  second.release();
});

test('one can see whether a lock is held without taking it, and without making it', () => {
  const path = join(folder, 'looked-at.lock');
  assert.is(isHeld(path), false);
  assert.not.ok(existsSync(path));
  const lock = acquireLock(path);
  assert.is(isHeld(path), true);
  lock?.release();
  assert.is(isHeld(path), false);
  const again = acquireLock(path);
  assert.ok(again, 'looking keeps nobody out');
  again.release();
});

test('who only looks at a lock, however often, keeps nobody from taking it', async () => {
  const path = join(folder, 'watched.lock');
  acquireLock(path)!.release();
  const child = await looker(path);
  let refused = 0;
  for (let n = 0; n < 1_000; n++) {
    const lock = acquireLock(path);
    if (!lock) refused += 1;
    lock?.release();
  }
  child.kill('SIGKILL');
  assert.is(refused, 0);
});

test('locks at different paths have nothing to do with each other', () => {
  const locks = ['b', 'c'].map((name) => acquireLock(join(folder, `${name}.lock`)));
  assert.ok(locks.every(Boolean));
  for (const lock of locks) lock!.release();
});

test('a lock goes with its process, even on kill -9, to the one standing by', async () => {
  const path = join(folder, 'd.lock');
  const child = await holder(path);
  await new Promise((resolve) => setTimeout(resolve, 100)); // the holder keeps no reference; its collector must not free it
  assert.is(acquireLock(path), undefined);
  let held: ProcessLock | undefined;
  const given = new Promise<void>((resolve) => {
    awaitLock(
      path,
      (lock) => {
        held = lock;
        resolve();
      },
      20,
    );
  });
  assert.is(held, undefined);
  child.kill('SIGKILL');
  await given;
  assert.is(acquireLock(path), undefined);
  held!.release();
});

test('who stops standing by does not get it', async () => {
  const path = join(folder, 'e.lock');
  const lock = acquireLock(path)!;
  let given = false;
  const stop = awaitLock(
    path,
    () => {
      given = true;
    },
    5,
  );
  stop();
  stop();
  lock.release();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.not(given);
  acquireLock(path)!.release();
});

test('a free lock is given before awaitLock returns', () => {
  let held: ProcessLock | undefined;
  const stop = awaitLock(join(folder, 'f.lock'), (lock) => {
    held = lock;
  });
  assert.ok(held);
  stop();
  assert.is(acquireLock(join(folder, 'f.lock')), undefined, 'stopping to stand by let go of it');
  held.release();
});

test('a lock file that is something else is named', () => {
  const path = join(folder, 'g.lock');
  writeFileSync(path, 'not a lock file, but long enough to look like something'.repeat(50));
  assert.throws(
    () => acquireLock(path),
    (error: unknown) => error instanceof DatabaseDamaged && error.message.includes(path),
  );
});

test.run();
