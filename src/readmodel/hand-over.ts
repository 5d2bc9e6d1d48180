import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../sqlite/process-lock.ts';
import { candidateFile, currentFile, offer, putInPlace, removeFile, takeBack } from './files.ts';
import { foldUpTo, type Journal } from './fold-journal.ts';
import { lockOf } from './follow.ts';
import { Projection } from './projection.ts';
import { openReadModelFile } from './schema.ts';

/** How long whoever keeps the read model up to date may take to take the new file, milliseconds. */
const takenWithinMs = 90_000;

export type HandedOver = 'in place' | 'refused' | 'not taken' | 'interrupted';

/**
 * Offers a rebuilt file to whoever keeps the read model up to date; where nobody does, that is us for a moment.
 * @returns what came of it; but for `in place` nobody has it, nor will
 */
export async function handOver(
  folder: string,
  file: string,
  journal: Journal,
  signal: AbortSignal,
): Promise<HandedOver> {
  offer(folder, file);
  const giveUpAt = Date.now() + takenWithinMs;
  /** Whoever takes it ends the offer in the same moment; so it is either ours again, or in place. */
  const giveUp = (why: HandedOver): HandedOver => (takeBack(folder) || currentFile(folder) !== file ? why : 'in place');
  for (;;) {
    if (currentFile(folder) === file) return 'in place';
    if (candidateFile(folder) !== file) return currentFile(folder) === file ? 'in place' : 'refused';
    const lock = acquireLock(lockOf(folder));
    if (lock) {
      try {
        if (!(await comeUpToTheEnd(join(folder, file), journal, signal))) return giveUp('interrupted');
        const old = currentFile(folder);
        if (!putInPlace(folder, file)) return 'refused';
        removeFile(folder, old);
        return 'in place';
      } catch (error) {
        takeBack(folder);
        throw error;
      } finally {
        lock.release();
      }
    }
    if (signal.aborted) return giveUp('interrupted');
    if (Date.now() > giveUpAt) return giveUp('not taken');
    await sleep(20);
  }
}

/** As far as readers may have seen, so that nothing they saw goes away again. */
async function comeUpToTheEnd(path: string, journal: Journal, signal: AbortSignal): Promise<boolean> {
  const db = openReadModelFile(path);
  try {
    return await foldUpTo(journal, new Projection(db), await journal.journalEnd(), { signal, onGap: () => {} });
  } finally {
    db.close();
  }
}
