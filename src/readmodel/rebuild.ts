import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { BaedalError } from '../errors.ts';
import { makeFolder } from '../sqlite/make-folder.ts';
import type { Database } from '../sqlite/open-database.ts';
import { acquireLock } from '../sqlite/process-lock.ts';
import { currentFile, fileNamed, removeFile, removeOthers, takeBack } from './files.ts';
import { foldUpTo, type Journal, type JournalTrimmed } from './fold-journal.ts';
import { type HandedOver, handOver } from './hand-over.ts';
import { positionOf } from './position.ts';
import { type Entry, Projection } from './projection.ts';
import { openForQueries, openReadModelFile } from './schema.ts';

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
  /** Whether to go on where the journal no longer has what the read model in use has read. Default false. */
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
  const file = fileNamed(randomBytes(6).toString('hex'));
  try {
    // What a rebuild that was cut short has left is nobody's any more.
    takeBack(folder);
    removeOthers(folder, currentFile(folder));
    const rebuilt = await foldAnew(folder, file, journal, elapsed, options);
    const outcome = await handOver(folder, file, journal, options.signal);
    if (outcome !== 'in place') throw new RebuildFailed(whyNot[outcome].reason, whyNot[outcome]);
    return { ...rebuilt, file };
  } catch (error) {
    if (currentFile(folder) !== file) removeFile(folder, file);
    throw error;
  } finally {
    lock.release();
  }
}

const whyNot: Record<Exclude<HandedOver, 'in place'>, { reason: string; code?: string; retry?: boolean }> = {
  refused: { reason: 'Whoever keeps the read model up to date could not use the new file, and has said why.' },
  'not taken': { reason: 'Whoever keeps the read model up to date did not take the new file.', retry: true },
  interrupted: { reason: 'It was stopped before it was done.', code: 'interrupted' },
};

async function foldAnew(
  folder: string,
  file: string,
  journal: Journal,
  elapsed: () => number,
  { signal, forget = false, onProgress }: RebuildOptions,
): Promise<Omit<Rebuilt, 'file'>> {
  const path = join(folder, file);
  const db = openReadModelFile(path, false);
  try {
    const projection = new Projection(db);
    const startedAt = elapsed();
    let events = 0;
    const end = await journal.journalEnd();
    const onFolded = (entries: readonly Entry[]) => {
      events += entries.length;
      onProgress?.({ events, next: projection.next, end });
    };
    const onGap = (gap: JournalTrimmed) => {
      if (!forget && wouldForget(folder, gap))
        throw new RebuildFailed(`${gap.message} With --forget it is rebuilt without them.`, gap);
    };
    const reached = await foldUpTo(journal, projection, end, { signal, onGap, onFolded });
    if (!reached) throw new RebuildFailed(whyNot.interrupted.reason, whyNot.interrupted);
    const tookMs = elapsed() - startedAt;
    check(db);
    const orders = db.prepare('SELECT count(*) FROM orders').pluck().get() as number;
    db.pragma('wal_checkpoint(TRUNCATE)');
    return { events, orders, tookMs };
  } finally {
    db.close();
    sync(path);
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

/** Whether the read model in use has read what the journal lacks now. One that cannot be read has nothing to lose. */
function wouldForget(folder: string, { from, to }: JournalTrimmed): boolean {
  try {
    const db = openForQueries(folder);
    try {
      const { next, gaps } = positionOf(db);
      return next > from && !gaps.some((gap) => gap.from <= from && gap.to >= to);
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
