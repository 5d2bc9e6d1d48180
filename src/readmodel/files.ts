import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** The file of a read model that was never rebuilt. */
export const firstFile = 'readmodel.sqlite';

/** Names the file in use, where it is not the first one, and the one that is to take its place. */
export const currentName = 'readmodel.current';
const candidateName = 'readmodel.next';

const isReadModel = (name: string): boolean => /^readmodel(-[0-9a-z]+)?\.sqlite$/.test(name);

/**
 * The file that the read model of a data folder is in. A rebuilt one is another file under another name, since SQLite's write-ahead log
 * belongs to the name: a file that is renamed over an open one would be read with the log of the old one.
 */
export const currentFile = (folder: string): string => named(folder, currentName) ?? firstFile;

/** A rebuilt file that waits to take the place of the current one, if any. */
export const candidateFile = (folder: string): string | undefined => named(folder, candidateName);

/** The name of a new file. @param part letters and digits that were never used before */
export const fileNamed = (part: string): string => `readmodel-${part}.sqlite`;

/** Asks whoever keeps the read model up to date to put `file` in its place. */
export function offer(folder: string, file: string): void {
  const draft = join(folder, `${candidateName}.${process.pid}`);
  // On the disk before it counts: an empty name after a power cut would lead to a file that is gone.
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    writeSync(descriptor, file);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, join(folder, candidateName));
}

/**
 * From now on the file that is offered is the read model. In one step with the offer's end: who took it back just before has it back.
 * Call it under the lock of the read model.
 * @returns whether `file` is in place now
 */
export function putInPlace(folder: string, file: string): boolean {
  try {
    renameSync(join(folder, candidateName), join(folder, currentName));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return currentFile(folder) === file;
}

/** Nobody is to take what is offered any more. @returns whether something was; false where it is in place already */
export function takeBack(folder: string): boolean {
  try {
    unlinkSync(join(folder, candidateName));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Removes a file of a read model with its write-ahead log. Those who have it open may go on reading it. */
export function removeFile(folder: string, file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(join(folder, file + suffix), { force: true });
}

/** Removes every file of a read model but `kept`: old ones, and what a rebuild that was cut short has left. */
export function removeOthers(folder: string, kept: string): void {
  for (const name of readdirSync(folder)) if (isReadModel(name) && name !== kept) removeFile(folder, name);
}

function named(folder: string, pointer: string): string | undefined {
  const path = join(folder, pointer);
  if (!existsSync(path)) return undefined;
  try {
    const name = readFileSync(path, 'utf8').trim();
    return isReadModel(name) ? name : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // taken back just now
    throw error;
  }
}
