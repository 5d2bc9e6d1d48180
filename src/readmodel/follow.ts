import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BaedalError, reasonOf } from '../errors.ts';
import { awaitLock, type ProcessLock } from '../sqlite/process-lock.ts';
import { candidateFile, currentFile, putInPlace, removeFile, takeBack } from './files.ts';
import type { Journal } from './fold-journal.ts';
import { Folding, type FoldingOptions } from './folding.ts';
import { nextOf } from './position.ts';
import { openForQueries } from './schema.ts';

/** The lock of whoever keeps the read model of a data folder up to date: one process at a time. */
export const lockOf = (folder: string): string => join(folder, 'locks', 'readmodel.lock');

/** How often to look whether a rebuilt file waits to be taken, and to try again where nothing could be opened, milliseconds. */
const lookMs = 100;
const againMs = 2_000;
/** How long a rebuilt file may take to come as far as the one that it replaces, milliseconds. */
const adoptWithinMs = 60_000;

/** A rebuilt file was not taken. */
class NotTaken extends BaedalError {
  readonly code = 'readmodel-not-taken';
  readonly retry = true;
}

/**
 * Keeps the read model of a data folder up to date. One process does; others stand by until it is gone. A read model that cannot be
 * opened is tried again every two seconds, and a rebuilt one that is offered is put in its place: nobody else is disturbed.
 * @returns how to stop; a batch that is being folded is finished first
 */
export function follow(folder: string, journal: Journal, options: FoldingOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let following: Promise<void> | undefined;
  let stopWaiting = () => {};
  const standBy = () => {
    try {
      stopWaiting = awaitLock(lockOf(folder), (lock) => {
        following = new Follower(folder, journal, options, signal).run(lock);
      });
    } catch (error) {
      // Whatever is wrong with the lock's file, others go on with what they do.
      options.onProblem(error, 'opening');
      const timer = setTimeout(standBy, againMs);
      stopWaiting = () => clearTimeout(timer);
    }
  };
  standBy();
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
    private readonly options: FoldingOptions,
    private readonly signal: AbortSignal,
  ) {}

  async run(lock: ProcessLock): Promise<void> {
    let said = '';
    while (!this.signal.aborted) {
      try {
        await this.look();
        said = '';
      } catch (error) {
        if (said !== reasonOf(error)) this.options.onProblem(error, 'opening');
        said = reasonOf(error);
      }
      await sleep(this.live ? lookMs : againMs, undefined, { signal: this.signal }).catch(() => undefined);
    }
    try {
      await this.live?.stop();
    } finally {
      lock.release();
    }
  }

  /** Begins to fold where nothing is, and takes the file that is offered, if one is. */
  private async look(): Promise<void> {
    const candidate = candidateFile(this.folder);
    if (candidate) await this.adopt(candidate);
    this.live ??= await this.open(currentFile(this.folder));
  }

  private open(file: string): Promise<Folding> {
    return Folding.begin(join(this.folder, file), this.journal, this.options);
  }

  /** Folds on into the candidate, and once it has come as far as what readers have seen, it is what they see. */
  private async adopt(candidate: string): Promise<void> {
    const { live } = this;
    const seen = live?.next ?? seenIn(this.folder);
    this.live = undefined;
    await live?.stop();
    let fresh: Folding | undefined;
    try {
      fresh = await this.open(candidate);
      const giveUpAt = Date.now() + adoptWithinMs;
      while (fresh.next < seen && Date.now() < giveUpAt && !this.signal.aborted) await sleep(2);
      if (this.signal.aborted) return;
      if (fresh.next < seen)
        throw new NotTaken(`The rebuilt ${candidate} did not come as far as the one in use, so that one stays.`);
      const old = currentFile(this.folder);
      if (!putInPlace(this.folder, candidate)) return; // whoever offered it has it back
      this.live = fresh;
      removeFile(this.folder, old);
    } catch (error) {
      takeBack(this.folder);
      this.options.onProblem(error, 'opening');
    } finally {
      if (this.live !== fresh) await fresh?.stop();
    }
  }
}

/** How far readers have seen; 0 where what they read cannot be read. */
function seenIn(folder: string): number {
  try {
    const db = openForQueries(folder);
    try {
      return nextOf(db);
    } finally {
      db.close();
    }
  } catch {
    return 0;
  }
}
