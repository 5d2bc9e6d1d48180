import { execFile, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from '../src/errors.ts';
import { tempFolder } from '../test/harness/temp-folder.ts';
import { closing } from './closing.ts';

const run = promisify(execFile);

/** A place for data that can be filled up, and given room again. */
export type Disk = {
  /** What it is, for people. */
  how: string;
  /** Where the data are to be. */
  data: string;
  /** From now on nothing more can be written. @param pids the processes that write there, besides this one */
  fill(pids: readonly number[]): Promise<void>;
  /** Undoes what `fill` did. */
  makeRoom(): Promise<void>;
  close(): Promise<void>;
};

/** A small file system of its own; where this user may not mount one, files that must not be written to. */
export async function openDisk(sizeMb: number): Promise<Disk> {
  try {
    return await mountDisk(sizeMb);
  } catch (error) {
    return limitDisk(`No file system may be mounted here (${reasonOf(error).trim().split('\n').at(-1)})`);
  }
}

/** A tmpfs: a file as large as all the rest of it fills it. @throws {Error} it may not be mounted */
export async function mountDisk(sizeMb: number): Promise<Disk> {
  const folder = tempFolder();
  const place = folder.file('disk');
  const ballast = join(place, 'ballast');
  mkdirSync(place, { mode: 0o700 });
  // Before the folder goes, at the latest.
  const unmountNow = () => void spawnSync('umount', ['--lazy', place], { stdio: 'ignore' });
  process.prependOnceListener('exit', unmountNow);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=700`, 'baedal-chaos', place]);
  } catch (error) {
    process.off('exit', unmountNow);
    folder.remove();
    throw error;
  }
  return {
    how: `a tmpfs of ${sizeMb} MB, filled to the last byte`,
    data: join(place, 'data'),
    fill: async () => fillWith(ballast),
    makeRoom: async () => rmSync(ballast, { force: true }),
    close: closing(async () => {
      await run('umount', ['--lazy', place]);
      process.off('exit', unmountNow);
      folder.remove();
    }),
  };
}

/** The next best: the kernel refuses whatever these processes write to a file (RLIMIT_FSIZE), until the limit is lifted. */
export function limitDisk(why: string): Disk {
  const folder = tempFolder();
  /** The limits that there were before, of those processes that are limited now. */
  const found = new Map<number, string>();
  const fill = async (pids: readonly number[]) => {
    for (const pid of [...pids, process.pid]) {
      found.set(pid, await softLimitOf(pid));
      await setSoftLimit(pid, '0');
    }
  };
  const makeRoom = async () => {
    for (const [pid, size] of found) {
      if (isThere(pid)) await setSoftLimit(pid, size);
      found.delete(pid);
    }
  };
  return {
    how: `${why}: the processes may not write to files (RLIMIT_FSIZE) instead`,
    data: folder.file('data'),
    fill,
    makeRoom,
    close: closing(async () => {
      await makeRoom();
      folder.remove();
    }),
  };
}

/** How large a file this process may write, as prlimit has it: bytes, or `unlimited`. */
async function softLimitOf(pid: number): Promise<string> {
  const { stdout } = await run('prlimit', [
    '--pid',
    String(pid),
    '--fsize',
    '--output',
    'SOFT',
    '--noheadings',
    '--raw',
  ]);
  return stdout.trim();
}

const setSoftLimit = (pid: number, size: string) => run('prlimit', ['--pid', String(pid), `--fsize=${size}:`]);

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Writes until there is room for nothing more, not even for a byte. */
function fillWith(file: string): void {
  const fd = openSync(file, 'a', 0o600);
  try {
    for (let size = 1 << 20; size > 0; size >>= 1) {
      const bytes = Buffer.alloc(size);
      while (wasWritten(fd, bytes));
    }
  } finally {
    closeSync(fd);
  }
}

function wasWritten(fd: number, bytes: Buffer): boolean {
  try {
    return writeSync(fd, bytes) === bytes.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
