import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { reasonOf } from '../errors.ts';
import type { Database } from '../sqlite/open-database.ts';
import { awaitLock, type ProcessLock } from '../sqlite/process-lock.ts';
import { candidateFile, currentFile, putInPlace, removeOthers, takeBack } from './files.ts';
import { intake, type Journal } from './fold-journal.ts';
import { type Entry, Projection } from './projection.ts';
import { openReadModelFile } from './schema.ts';

/** The lock of whoever keeps the read model of a data folder up to date: one process at a time. */
export const lockOf = (folder: string): string => join(folder, 'locks', 'readmodel.lock');

/** How often to look whether a rebuilt file waits to be taken, and to try again where nothing could be opened, milliseconds. */
const lookMs = 100;
const againMs = 2_000;
/** How long a rebuilt file may take to come as far as the one that it replaces, milliseconds. */
const adoptWithinMs = 60_000;

export type FollowOptions = {
  /**
   * Told what went wrong. It is tried again in any case; `opening`: nothing is folded until it succeeds.
   */
  onProblem(error: unknown, phase: 'opening' | 'folding'): void;
  /** Told what was folded, and up to which offset. */
  onFolded?(entries: readonly Entry[], next: number): void;
};

/**
 * Keeps the read model of a data folder up to date. One process does; others stand by until it is gone. A read model that cannot be
 * opened is tried again every two seconds, and a rebuilt one that is offered is put in its place: nobody else is disturbed.
 * @returns how to stop; a batch that is being folded is finished first
 * @throws what the lock's file throws
 */
export function follow(folder: string, journal: Journal, options: FollowOptions): () => Promise<void> {
  const stopping = new AbortController();
  let following: Promise<void> | undefined;
  const stopWaiting = awaitLock(lockOf(folder), (lock) => {
    following = new Follower(folder, journal, options, stopping.signal).run(lock);
  });
  return async () => {
    stopWaiting();
    stopping.abort();
    await following;
  };
}

class Follower {
  private live: Folding | undefined;

  constructor(
    private readonly folder: string,
    private readonly journal: Journal,
    private readonly options: FollowOptions,
    private readonly signal: AbortSignal,
  ) {}

  async run(lock: ProcessLock): Promise<void> {
    let said = '';
    while (!this.signal.aborted) {
      try {
        await this.begin();
        said = '';
      } catch (error) {
        if (said !== reasonOf(error)) this.options.onProblem(error, 'opening');
        said = reasonOf(error);
      }
      await this.pause(this.live ? lookMs : againMs);
    }
    await this.live?.stop();
    lock.release();
  }

  /** One look: begins to fold where nothing is, and takes the file that is offered, if one is. */
  private async begin(): Promise<void> {
    const candidate = candidateFile(this.folder);
    if (candidate) await this.adopt(candidate);
    this.live ??= await this.open(currentFile(this.folder));
  }

  private open(file: string): Promise<Folding> {
    return Folding.begin(join(this.folder, file), this.journal, this.options);
  }

  /** Folds on into the candidate, and once it has come as far as what readers have seen, it is what they see. */
  private async adopt(candidate: string): Promise<void> {
    const seen = this.live?.next ?? 0;
    await this.live?.stop();
    this.live = undefined;
    let fresh: Folding | undefined;
    try {
      fresh = await this.open(candidate);
      const giveUpAt = Date.now() + adoptWithinMs;
      while (fresh.next < seen && Date.now() < giveUpAt && !this.signal.aborted) await sleep(2);
      if (fresh.next >= seen) putInPlace(this.folder, candidate);
    } catch (error) {
      takeBack(this.folder);
      this.options.onProblem(error, 'opening');
    }
    if (currentFile(this.folder) !== candidate) {
      await fresh?.stop();
      return;
    }
    this.live = fresh;
    removeOthers(this.folder, candidate);
  }

  private pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.signal }).catch(() => undefined);
  }
}

/** A file that the journal is folded into as it grows. */
class Folding {
  private stopped = false;

  private constructor(
    private readonly db: Database,
    private readonly projection: Projection,
    private readonly subscription: { stop(): Promise<void> },
  ) {}

  static async begin(path: string, journal: Journal, { onProblem, onFolded }: FollowOptions): Promise<Folding> {
    const db = openReadModelFile(path);
    try {
      const projection = new Projection(db);
      // A link that is down just now only means that this is found out at the next start.
      const end = await pRetry(() => journal.journalEnd(), { retries: 2 }).catch(() => projection.next);
      projection.startAnewBeyond(end);
      const take = intake(projection, (gap) => onProblem(gap, 'folding'));
      const subscription = await journal.readJournal(projection.next, (entries) => {
        try {
          take(entries);
          onFolded?.(entries, entries.at(-1)!.offset + 1);
        } catch (error) {
          onProblem(error, 'folding');
          throw error;
        }
      });
      return new Folding(db, projection, subscription);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** The offset to read next; 0 where even that cannot be read. */
  get next(): number {
    try {
      return this.projection.next;
    } catch {
      return 0;
    }
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.subscription.stop();
    this.db.close();
  }
}
