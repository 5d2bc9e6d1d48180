import pRetry from 'p-retry';
import type { Database } from '../sqlite/open-database.ts';
import { intake, type Journal } from './fold-journal.ts';
import { type Entry, Projection } from './projection.ts';
import { openReadModelFile } from './schema.ts';

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
