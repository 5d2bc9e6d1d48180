import { join } from 'node:path';
import { acquireLock, awaitLock, type ProcessLock } from '../sqlite/process-lock.ts';
import { type Entry, Projection } from './projection.ts';
import { openReadModel } from './schema.ts';

/** Where the events come from; the broker, as seen from here. */
export type Journal = {
  readJournal(from: number, onEntries: (entries: Entry[]) => void | Promise<void>): Promise<{ stop(): Promise<void> }>;
  journalEnd(): Promise<number>;
};

const lockFile = (folder: string) => join(folder, 'locks', 'readmodel.lock');

/**
 * Keeps the read model of a data folder up to date. One process does; others stand by until it is gone.
 * @returns how to stop; a batch that is being folded is finished first
 */
export function follow(folder: string, journal: Journal, onProblem: (error: unknown) => void): () => Promise<void> {
  let stopFollowing: Promise<() => Promise<void>> | undefined;
  const stopWaiting = awaitLock(lockFile(folder), (lock) => {
    stopFollowing = fold(folder, journal, lock);
    stopFollowing.catch(onProblem);
  });
  return async () => {
    stopWaiting();
    await (await stopFollowing?.catch(() => undefined))?.();
  };
}

async function fold(folder: string, journal: Journal, lock: ProcessLock): Promise<() => Promise<void>> {
  const db = openReadModel(folder);
  const projection = new Projection(db);
  const subscription = await journal.readJournal(projection.next, (entries) => projection.apply(entries));
  return async () => {
    await subscription.stop();
    db.close();
    lock.release();
  };
}

/**
 * Brings the read model up to everything published so far, where no other process keeps it up to date.
 * @param withinMs how long to fold at most, default 30_000; what is left is left to the next time
 */
export async function catchUp(folder: string, journal: Journal, withinMs = 30_000): Promise<void> {
  const lock = acquireLock(lockFile(folder));
  if (!lock) return; // somebody keeps it up to date
  const db = openReadModel(folder);
  try {
    const projection = new Projection(db);
    const end = await journal.journalEnd();
    if (projection.next >= end) return;
    let timer: NodeJS.Timeout | undefined;
    let subscription: { stop(): Promise<void> } | undefined;
    await Promise.race([
      new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs))),
      new Promise<void>((resolve, reject) => {
        journal
          .readJournal(projection.next, (entries) => {
            projection.apply(entries);
            if (projection.next >= end) resolve();
          })
          .then((started) => (subscription = started), reject);
      }),
    ]);
    clearTimeout(timer);
    await subscription?.stop();
  } finally {
    db.close();
    lock.release();
  }
}
