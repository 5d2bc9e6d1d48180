import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { acquireLock, awaitLock, type ProcessLock } from '../sqlite/process-lock.ts';
import { type Entry, Projection, positionOf } from './projection.ts';
import { openForQueries, openReadModel } from './schema.ts';

/** Where the events come from; the broker, as seen from here. */
export type Journal = {
  /** Entries that could not be taken, because `onEntries` threw, are given again. */
  readJournal(from: number, onEntries: (entries: Entry[]) => void | Promise<void>): Promise<{ stop(): Promise<void> }>;
  journalEnd(): Promise<number>;
};

const lockFile = (folder: string) => join(folder, 'locks', 'readmodel.lock');

/** Milliseconds that a question waits for whoever keeps the read model up to date. */
const patienceMs = 5_000;

/** `final`: the following has not begun, or has ended; otherwise it is tried again. */
export type OnProblem = (error: unknown, final: boolean) => void;

/**
 * Keeps the read model of a data folder up to date. One process does; others stand by until it is gone.
 * @returns how to stop; a batch that is being folded is finished first
 */
export function follow(folder: string, journal: Journal, onProblem: OnProblem): () => Promise<void> {
  let stopFollowing: Promise<() => Promise<void>> | undefined;
  const stopWaiting = awaitLock(lockFile(folder), (lock) => {
    stopFollowing = fold(folder, journal, lock, onProblem);
    stopFollowing.catch((error: unknown) => onProblem(error, true));
  });
  return async () => {
    stopWaiting();
    await (await stopFollowing?.catch(() => undefined))?.();
  };
}

async function fold(folder: string, journal: Journal, lock: ProcessLock, onProblem: OnProblem) {
  let close = () => lock.release();
  try {
    const db = openReadModel(folder);
    close = () => {
      db.close();
      lock.release();
    };
    const projection = new Projection(db);
    // A link that is down just now only means that this is found out at the next start.
    const end = await pRetry(() => journal.journalEnd(), { retries: 2 }).catch(() => projection.next);
    projection.startAnewBeyond(end);
    const subscription = await journal.readJournal(projection.next, (entries) => {
      try {
        projection.apply(entries);
      } catch (error) {
        onProblem(error, false);
        throw error;
      }
    });
    return async () => {
      await subscription.stop();
      close();
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Brings the read model up to everything published so far: itself where nobody else does, otherwise by waiting for who does.
 * @param withinMs how long to fold at most, default 30_000; what is left is left to the next time
 * @returns whether it got there in time
 */
export async function catchUp(folder: string, journal: Journal, withinMs = 30_000): Promise<boolean> {
  const lock = acquireLock(lockFile(folder));
  if (!lock) return waitFor(folder, await journal.journalEnd());
  const db = openReadModel(folder);
  let subscription: { stop(): Promise<void> } | undefined;
  try {
    const projection = new Projection(db);
    const end = await journal.journalEnd();
    projection.startAnewBeyond(end);
    let failure: unknown;
    if (projection.next < end)
      subscription = await journal.readJournal(projection.next, (entries) => {
        if (failure !== undefined) return;
        try {
          projection.apply(entries);
        } catch (error) {
          failure = error;
        }
      });
    const giveUpAt = Date.now() + withinMs;
    while (projection.next < end && failure === undefined && Date.now() < giveUpAt) await sleep(2);
    if (failure !== undefined) throw failure;
    return projection.next >= end;
  } finally {
    await subscription?.stop();
    db.close();
    lock.release();
  }
}

async function waitFor(folder: string, end: number): Promise<boolean> {
  const db = openForQueries(folder);
  try {
    const giveUpAt = Date.now() + patienceMs;
    while (positionOf(db) < end && Date.now() < giveUpAt) await sleep(5);
    return positionOf(db) >= end;
  } finally {
    db.close();
  }
}
