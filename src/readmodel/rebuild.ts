import { closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BaedalError } from '../errors.ts';
import { makeFolder } from '../sqlite/make-folder.ts';
import type { Database } from '../sqlite/open-database.ts';
import { acquireLock } from '../sqlite/process-lock.ts';
import {
  candidateFile,
  currentFile,
  nextFile,
  offer,
  putInPlace,
  removeFile,
  removeOthers,
  takeBack,
} from './files.ts';
import { foldUpTo, type Journal } from './fold-journal.ts';
import { lockOf } from './follow.ts';
import { nextOf } from './position.ts';
import { type Entry, Projection } from './projection.ts';
import { openForQueries, openReadModelFile } from './schema.ts';

/** How long whoever keeps the read model up to date may take to take the new file over, milliseconds. */
const takenWithinMs = 90_000;

/** The read model could not be rebuilt. The old one is as it was. */
export class RebuildFailed extends BaedalError {
  readonly code: string;
  readonly retry: boolean;
  constructor(reason: string, { code = 'rebuild-failed', retry = false }: { code?: string; retry?: boolean } = {}) {
    super(`${reason} The read model is as it was.`);
    this.code = code;
    this.retry = retry;
  }
}

export type RebuildOptions = {
  signal: AbortSignal;
  /** Whether to go on where the journal no longer has its beginning, so that older orders are forgotten. Default false. */
  forget?: boolean;
  /** Told of how many events were folded so far, and of the offset reached and to reach. */
  onProgress?(progress: { events: number; next: number; end: number }): void;
};

/** What came of it. `tookMs`: the folding alone, milliseconds. */
export type Rebuilt = { events: number; orders: number; tookMs: number; file: string };

/**
 * Folds the whole journal into a new file beside the old one, checks it, and has it put in place. Those who read go on reading: the old
 * file until the new one has come as far. Folding tells nobody anything, so neither does this.
 * @param elapsed a clock that never jumps, milliseconds
 * @throws {RebuildFailed}
 */
export async function rebuild(
  folder: string,
  journal: Journal,
  elapsed: () => number,
  options: RebuildOptions,
): Promise<Rebuilt> {
  makeFolder(folder);
  const lock = acquireLock(join(folder, 'locks', 'readmodel-rebuild.lock'));
  if (!lock) throw new RebuildFailed('It is being rebuilt already, by another process.', { retry: true });
  const file = nextFile(folder);
  try {
    removeFile(folder, file); // what a rebuild that was cut short has left
    const rebuilt = await foldAnew(folder, file, journal, elapsed, options);
    await handOver(folder, file, journal, options.signal);
    return { ...rebuilt, file };
  } catch (error) {
    if (candidateFile(folder) === file) takeBack(folder);
    if (currentFile(folder) !== file) removeFile(folder, file);
    throw error;
  } finally {
    lock.release();
  }
}

async function foldAnew(
  folder: string,
  file: string,
  journal: Journal,
  elapsed: () => number,
  { signal, forget = false, onProgress }: RebuildOptions,
): Promise<Omit<Rebuilt, 'file'>> {
  const db = openReadModelFile(join(folder, file), false);
  try {
    const projection = new Projection(db);
    const startedAt = elapsed();
    let events = 0;
    const end = await journal.journalEnd();
    const onFolded = (entries: readonly Entry[]) => {
      events += entries.length;
      onProgress?.({ events, next: projection.next, end });
    };
    const onGap = (gap: BaedalError) => {
      if (!forget && knowsOlder(folder))
        throw new RebuildFailed(`${gap.message} With --forget it is rebuilt without them.`, gap);
    };
    const reached = await foldUpTo(journal, projection, end, { signal, onGap, onFolded });
    if (!reached) throw new RebuildFailed('It was stopped before it was done.', { code: 'interrupted' });
    const tookMs = elapsed() - startedAt;
    check(db);
    const orders = db.prepare('SELECT count(*) FROM orders').pluck().get() as number;
    db.pragma('wal_checkpoint(TRUNCATE)');
    return { events, orders, tookMs };
  } finally {
    db.close();
    sync(join(folder, file));
  }
}

/** It was written without waiting for the disk, and the old file is about to go. */
function sync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Whether the read model in use has anything that a new one would lack. One that cannot be read has nothing to lose. */
function knowsOlder(folder: string): boolean {
  try {
    const db = openForQueries(folder);
    try {
      return nextOf(db) > 0;
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

/** @throws {RebuildFailed} the new file is not sound */
function check(db: Database): void {
  const found = db.pragma('quick_check', { simple: true }) as string;
  if (found !== 'ok') throw new RebuildFailed(`The new file is not sound (${found}). Check the disk.`);
  const wrong = db
    .prepare(
      `SELECT status FROM (SELECT status, count(*) AS n FROM orders GROUP BY status) FULL JOIN (SELECT * FROM status_counts WHERE n <> 0) AS counted USING (status, n)
       GROUP BY status HAVING count(*) > 1`,
    )
    .pluck()
    .all();
  if (wrong.length > 0) throw new RebuildFailed(`The new file counts its orders wrong (${wrong.join(', ')}).`);
}

/** Offers the new file to whoever keeps the read model up to date; where nobody does, that is us for a moment. */
async function handOver(folder: string, file: string, journal: Journal, signal: AbortSignal): Promise<void> {
  offer(folder, file);
  const giveUpAt = Date.now() + takenWithinMs;
  while (currentFile(folder) !== file) {
    const lock = acquireLock(lockOf(folder));
    if (lock) {
      try {
        await comeUpTo(folder, file, journal, signal);
        putInPlace(folder, file);
        removeOthers(folder, file);
      } finally {
        lock.release();
      }
      return;
    }
    if (candidateFile(folder) === undefined && currentFile(folder) !== file)
      throw new RebuildFailed('Whoever keeps the read model up to date could not use the new file, and has said why.');
    if (signal.aborted) throw new RebuildFailed('It was stopped before it was done.', { code: 'interrupted' });
    if (Date.now() > giveUpAt)
      throw new RebuildFailed('Whoever keeps the read model up to date did not take the new file.', { retry: true });
    await sleep(20);
  }
}

/** As far as readers have seen, so that nothing they saw goes away again. */
async function comeUpTo(folder: string, file: string, journal: Journal, signal: AbortSignal): Promise<void> {
  const db = openReadModelFile(join(folder, file));
  try {
    const projection = new Projection(db);
    await foldUpTo(journal, projection, await journal.journalEnd(), { signal, onGap: () => {} });
  } finally {
    db.close();
  }
}
