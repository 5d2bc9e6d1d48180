import { accessSync, constants, existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reasonOf } from '../../errors.ts';
import { isHeld } from '../../sqlite/process-lock.ts';
import { homeFile } from '../open-broker.ts';
import type { DiskFacts, FolderFacts } from './disk-facts.ts';

/** The folder, and whether it can be used; it is not made. */
export function lookAtFolder(path: string): FolderFacts {
  const nearest = nearestTo(path);
  const exists = nearest === path;
  const { bavail, bsize, type } = statfsSync(nearest);
  const notWritable = whyNotWritable(nearest);
  return {
    path,
    exists,
    nearest,
    ...(notWritable !== undefined && { notWritable }),
    shared: exists && (statSync(path).mode & 0o077) !== 0,
    fileSystem: type,
    freeBytes: bavail * bsize,
  };
}

/** What is written there for those who look for it. */
export function lookForNames(folder: string, addressFile: string): NonNullable<DiskFacts['place']> {
  const textIn = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
  const home = textIn(homeFile(folder));
  const pspAddress = textIn(addressFile);
  return { ...(home !== undefined && { home }), ...(pspAddress !== undefined && { pspAddress }) };
}

/** The names of the locks that somebody holds, without `.lock`. */
export function locksHeld(folder: string): string[] {
  const locks = join(folder, 'locks');
  if (!existsSync(locks)) return [];
  return readdirSync(locks)
    .filter((name) => name.endsWith('.lock') && isHeld(join(locks, name)))
    .map((name) => decodeURIComponent(name.slice(0, -'.lock'.length)));
}

function nearestTo(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestTo(dirname(path));
}

function whyNotWritable(path: string): string | undefined {
  if (!statSync(path).isDirectory()) return 'it is a file, not a folder';
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') return 'this user may not write there';
    if (code === 'EROFS') return 'the file system may only be read';
    return reasonOf(thrown);
  }
}
