import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file of a read model that was never rebuilt. */
export const firstFile = 'readmodel.sqlite';

/** Names the file in use, where it is not the first one, and the one that is to take its place. */
const currentName = 'readmodel.current';
const candidateName = 'readmodel.next';

/**
 * The file that the read model of a data folder is in. A rebuilt one is another file under another name, since SQLite's write-ahead log
 * belongs to the name: a file that is renamed over an open one would be read with the log of the old one.
 */
export const currentFile = (folder: string): string => named(folder, currentName) ?? firstFile;

/** A rebuilt file that waits to take the place of the current one, if any. */
export const candidateFile = (folder: string): string | undefined => named(folder, candidateName);

/** A name that comes after the current one. */
export function nextFile(folder: string): string {
  const [, number = '0'] = /^readmodel-(\d+)\.sqlite$/.exec(currentFile(folder)) ?? [];
  return `readmodel-${Number(number) + 1}.sqlite`;
}

/** Asks whoever keeps the read model up to date to put `file` in its place. */
export const offer = (folder: string, file: string): void => point(folder, candidateName, file);

/** From now on `file` is the read model. Call it under the lock of the read model. */
export function putInPlace(folder: string, file: string): void {
  point(folder, currentName, file);
  takeBack(folder);
}

/** Nobody is to take the candidate any more. */
export const takeBack = (folder: string): void => rmSync(join(folder, candidateName), { force: true });

/** Removes a file of a read model with its write-ahead log. Those who have it open may go on reading it. */
export function removeFile(folder: string, file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(join(folder, file + suffix), { force: true });
}

/** Removes every file of a read model but `kept`: old ones, and what a rebuild that was cut short has left. */
export function removeOthers(folder: string, kept: string): void {
  for (const name of readdirSync(folder))
    if (/^readmodel(-\d+)?\.sqlite$/.test(name) && name !== kept) removeFile(folder, name);
}

function named(folder: string, pointer: string): string | undefined {
  const path = join(folder, pointer);
  if (!existsSync(path)) return undefined;
  try {
    const name = readFileSync(path, 'utf8').trim();
    return /^readmodel(-\d+)?\.sqlite$/.test(name) ? name : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // taken back just now
    throw error;
  }
}

/** All of the name or nothing, for those who read it meanwhile. */
function point(folder: string, pointer: string, file: string): void {
  const draft = join(folder, `${pointer}.${process.pid}`);
  writeFileSync(draft, file, { mode: 0o600 });
  renameSync(draft, join(folder, pointer));
}
