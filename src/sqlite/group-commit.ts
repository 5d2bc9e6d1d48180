import type { Database } from './open-database.ts';

/**
 * Lets everybody who wants to write in the same turn of the event loop share one transaction. Each work is run in its turn,
 * and its promise settles once the transaction is stored; one that throws fails all of the group.
 */
export class GroupCommit {
  private waiting: { work: () => unknown; resolve: (value: never) => void; reject: (error: unknown) => void }[] = [];
  private readonly run: (works: readonly (() => unknown)[]) => unknown[];

  /** @param stored waited for after each commit, before the promises of its group settle; default: nothing is */
  constructor(
    db: Database,
    private readonly stored?: () => Promise<void>,
  ) {
    this.run = db.transaction((works: readonly (() => unknown)[]) => works.map((work) => work())).immediate;
  }

  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  private flush(): void {
    const group = this.waiting;
    this.waiting = [];
    const fail = (error: unknown) => {
      for (const { reject } of group) reject(error);
    };
    try {
      const results = this.run(group.map(({ work }) => work));
      const settle = () => {
        for (const [i, { resolve }] of group.entries()) resolve(results[i] as never);
      };
      if (this.stored) this.stored().then(settle, fail);
      else settle();
    } catch (error) {
      fail(error);
    }
  }
}
