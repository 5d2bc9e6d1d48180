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

/** What is written there for those who look for it. @throws {Error} it cannot be read */
export function lookForNames(folder: string, addressFile: string): NonNullable<DiskFacts['place']> {
  const textIn = (file: string) => {
    try {
      return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
    } catch (thrown) {
      throw new Error(`${file} cannot be read (${reasonOf(thrown)}).`, { cause: thrown });
    }
  };
  const home = textIn(homeFile(folder));
  const pspAddress = textIn(addressFile);
  return { ...(home !== undefined && { home }), ...(pspAddress !== undefined && { pspAddress }) };
}

/** Who holds which lock; the names are without `.lock`. One that cannot be looked at hides no other. */
export function lookAtLocks(folder: string): NonNullable<DiskFacts['locks']> {
  const facts: NonNullable<DiskFacts['locks']> = { held: [], unusable: [], strange: [] };
  const locks = join(folder, 'locks');
  if (!existsSync(locks)) return facts;
  for (const file of readdirSync(locks).filter((name) => name.endsWith('.lock'))) {
    const path = join(locks, file);
    const name = decoded(file.slice(0, -'.lock'.length));
    try {
      if (name === undefined) facts.strange.push(path);
      else if (isHeld(path)) facts.held.push(name);
    } catch (thrown) {
      facts.unusable.push({ path, why: reasonOf(thrown) });
    }
  }
  return facts;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a % that begins no code
  }
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
