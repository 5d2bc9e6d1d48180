import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, explained } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';
import { explainedFor, openForQueries } from './schema.ts';

/** A read model that is asked again and again, and may be rebuilt meanwhile: then the next question goes to the new file. */
export class Reader {
  private db: Database | undefined;
  private stamp = '';

  constructor(private readonly folder: string) {}

  /** Asks the read model as it is now. @throws {ReadModelDamaged} or what opening it throws; the next question tries again */
  ask<T>(question: (db: Database) => T): T {
    const stamp = this.stampNow();
    if (!this.db || stamp !== this.stamp) {
      this.close();
      this.db = openForQueries(this.folder);
      this.stamp = stamp;
    }
    try {
      return question(this.db);
    } catch (error) {
      throw explainedFor(this.db.name, error);
    }
  }

  /** Another text whenever somebody has written to it since. */
  version(): string {
    return `${this.ask((db) => prepared(db, 'PRAGMA data_version').pluck().get())} ${this.stamp}`;
  }

  close(): void {
    this.db?.close();
    this.db = undefined;
  }

  /** Changes whenever another file is put in place. */
  private stampNow(): string {
    const path = join(this.folder, 'readmodel.current');
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats ? `${stats.ino} ${stats.mtimeMs}` : '';
    } catch (error) {
      throw explained(path, error, true); // no folder, or one that may not be looked into
    }
  }
}
