import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../sqlite/process-lock.ts';
import { foldUpTo, type Journal, type JournalTrimmed } from './fold-journal.ts';
import { lockOf } from './follow.ts';
import { nextOf } from './position.ts';
import { Projection } from './projection.ts';
import { Reader } from './reader.ts';
import { openReadModel } from './schema.ts';

/** Milliseconds that a question waits for whoever keeps the read model up to date. */
const patienceMs = 5_000;

/**
 * Brings the read model up to everything published so far: itself where nobody else does, otherwise by waiting for who does.
 * @param withinMs how long to fold at most, default 30_000; what is left is left to the next time
 * @returns whether it got there in time
 */
export async function catchUp(
  folder: string,
  journal: Journal,
  { withinMs = 30_000, onGap = () => {} }: { withinMs?: number; onGap?(gap: JournalTrimmed): void } = {},
): Promise<boolean> {
  const lock = acquireLock(lockOf(folder));
  if (!lock) {
    const reader = new Reader(folder);
    try {
      return await waitFor(reader, await journal.journalEnd(), patienceMs);
    } finally {
      reader.close();
    }
  }
  try {
    const db = openReadModel(folder);
    try {
      const projection = new Projection(db);
      const end = await journal.journalEnd();
      projection.startAnewBeyond(end);
      return await foldUpTo(journal, projection, end, { withinMs, onGap });
    } finally {
      db.close();
    }
  } finally {
    lock.release();
  }
}

/** Waits until whoever keeps it up to date has come to `end`. @returns whether that was within `withinMs` milliseconds */
export async function waitFor(reader: Reader, end: number, withinMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + withinMs;
  while (reader.ask(nextOf) < end && Date.now() < giveUpAt) await sleep(5);
  return reader.ask(nextOf) >= end;
}
