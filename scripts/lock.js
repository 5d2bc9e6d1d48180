import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does `work` while no other process of this machine does it under the same lock file. What a dead process left is taken over.
 * @template T
 * @param {string} file
 * @param {(holder: number) => void} onWait told once, with the process id of the one to wait for
 * @param {() => Promise<T>} work
 * @param {number} [patienceMs] milliseconds to wait, default 10 minutes
 * @returns {Promise<T>}
 * @throws {Error} the other process did not finish in that time
 */
export async function withLock(file, onWait, work, patienceMs = 600_000) {
  const content = `${process.pid} ${randomUUID()}`;
  const deadline = Date.now() + patienceMs;
  for (let waited = false; !take(file, content); ) {
    const held = read(file);
    const holder = Number.parseInt(held, 10);
    if (held !== '' && !alive(holder)) {
      removeStale(file, held);
      continue;
    }
    if (Date.now() > deadline) throw new Error(`Process ${holder} still holds ${file}. End it, or remove that file.`);
    if (!waited && held !== '') {
      waited = true;
      onWait(holder);
    }
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    if (read(file) === content) rmSync(file, { force: true });
  }
}

/**
 * The lock appears with its content in one step: a reader never finds it empty.
 * @param {string} file
 * @param {string} content
 */
function take(file, content) {
  const own = `${file}.${randomUUID()}`;
  writeFileSync(own, content);
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} stale its content
 */
function removeStale(file, stale) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    // Somebody else may have removed the stale one and taken the lock since we looked: give theirs back.
    if (read(aside) !== stale) linkSync(aside, file);
  } catch {
    // Somebody else was faster; the next round tells.
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {number} pid */
function alive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'; // another user's
  }
}
