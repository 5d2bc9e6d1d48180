import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { CellRate } from '../cell-rate.ts';
import type { Database } from '../sqlite/open-database.ts';
import { intake, type Journal } from './fold-journal.ts';
import { type Entry, Projection } from './projection.ts';
import { openReadModelFile } from './schema.ts';

/**
 * How often what has come is folded, where it is less than so many entries: a few times at once, so that who has just done something finds it
 * done, and in a steady stream many entries together.
 */
const rate = { everyMs: 25, burst: 8 };
const many = 500;

export type FoldingOptions = {
  /** Told what went wrong. It is tried again in any case; `opening`: nothing is folded until it succeeds. */
  onProblem(error: unknown, phase: 'opening' | 'folding'): void;
  /** Told what was folded, and up to which offset. */
  onFolded?(entries: readonly Entry[], next: number): void;
};

/** A file that the journal is folded into as it grows. */
export class Folding {
  private stopped = false;

  private constructor(
    private readonly db: Database,
    private readonly projection: Projection,
    private readonly subscription: { stop(): Promise<void> },
  ) {}

  /** @throws what opening the file throws, or reading the journal */
  static async begin(path: string, journal: Journal, { onProblem, onFolded }: FoldingOptions): Promise<Folding> {
    const db = openReadModelFile(path);
    try {
      const projection = new Projection(db);
      // A link that is down just now only means that this is found out at the next start.
      const end = await pRetry(() => journal.journalEnd(), { retries: 2 }).catch(() => projection.next);
      projection.startAnewBeyond(end);
      const take = intake(projection, (gap) => onProblem(gap, 'folding'));
      const folds = new CellRate(rate, () => performance.now());
      const subscription = await journal.readJournal(projection.next, async (entries) => {
        folds.take();
        try {
          take(entries);
          onFolded?.(entries, entries.at(-1)!.offset + 1);
        } catch (error) {
          onProblem(error, 'folding');
          throw error;
        }
        const waitMs = folds.waitMs();
        if (waitMs > 0 && entries.length < many) await sleep(waitMs);
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

  /** What is being folded is finished first. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    try {
      await this.subscription.stop();
    } finally {
      this.db.close();
    }
  }
}
