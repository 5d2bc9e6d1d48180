import { type Database, explained, openDatabase, type Statement } from '../../sqlite/open-database.ts';
import { type Sync, WalSync } from '../../sqlite/wal-sync.ts';
import { type Batch, Fenced, type Outcome, type Store, type Versioned } from './store.ts';
import { decodeOutcome, encodeOutcome, type OutcomeRow } from './stored-outcome.ts';

const schema = [
  // Ids made later sort later, so `processed` in the order of its ids is only ever added to at its end.
  `CREATE TABLE instance (key TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL);
   CREATE TABLE processed (id TEXT PRIMARY KEY, at INTEGER NOT NULL, outcome TEXT NOT NULL) WITHOUT ROWID;`,
];

/** The version that a file has once it is up to date. */
export const storeVersion = schema.length;

/** One SQLite file an actor. Each batch is one transaction, and durable once `commit` resolves; the thread is free meanwhile. */
export class SqliteStore<S> implements Store<S> {
  private readonly db: Database;
  private readonly disk: WalSync | undefined;
  /** Changes whenever another process commits. */
  private readonly commits: Statement;
  /** As it was when everything committed was on the disk, and nothing has been committed here since. */
  private stored: unknown;
  private readonly sql: Record<'load' | 'version' | 'processed' | 'insert' | 'update' | 'record' | 'prune', Statement>;
  private readonly write: (batch: Batch<S>) => void;
  /** Reads together: each read alone would take and give back the file's locks. */
  private readonly read: <T>(work: () => T) => T;

  /**
   * @param readonly only to look at a file that there is; default false
   * @param sync how the disk is waited for; default `fs.fdatasync`
   * @throws {BaedalError} the file is damaged, newer than this version, or cannot be written
   */
  constructor(
    path: string,
    private readonly actor: string,
    { readonly = false, sync }: { readonly?: boolean; sync?: Sync } = {},
  ) {
    this.db = openDatabase(path, { schema, readonly, synchronous: 'NORMAL' });
    this.disk = readonly ? undefined : openWalSync(this.db, sync);
    this.commits = this.db.prepare('PRAGMA data_version').pluck();
    this.sql = {
      load: this.db.prepare('SELECT version, state FROM instance WHERE key = ?'),
      version: this.db.prepare('SELECT version FROM instance WHERE key = ?').pluck(),
      processed: this.db.prepare('SELECT id, at, outcome FROM processed WHERE id = ?'),
      insert: this.db.prepare('INSERT INTO instance (key, version, state) VALUES (?, 1, ?) ON CONFLICT DO NOTHING'),
      update: this.db.prepare('UPDATE instance SET version = version + 1, state = ? WHERE key = ? AND version = ?'),
      record: this.db.prepare('INSERT INTO processed (id, at, outcome) VALUES (?, ?, ?)'),
      // What still waits for a partner's answer is kept: it must find its call when it is redriven.
      prune: this.db.prepare(
        `DELETE FROM processed WHERE id IN (
           SELECT id FROM processed AS old WHERE id < ? AND at < ? AND (
             outcome ->> '$.call.type' IS NULL
             OR EXISTS (SELECT 1 FROM processed WHERE id = old.id || '/' || (old.outcome ->> '$.call.type')))
           ORDER BY id LIMIT ?)`,
      ),
    };
    const read = this.db.transaction((work: () => unknown) => work());
    this.read = (work) => read(work) as ReturnType<typeof work>;
    this.write = this.db.transaction((batch: Batch<S>) => this.writeAll(batch)).immediate;
  }

  async load(keys: readonly string[]): Promise<Map<string, Versioned<S>>> {
    return this.read(() => this.loadAll(keys));
  }

  async processed(ids: readonly string[]): Promise<Map<string, Outcome>> {
    const found = this.read(() => this.processedAll(ids));
    // Another process may have committed it, and died before it was on the disk.
    if (found.size > 0 && this.stored !== this.commits.get()) await this.store();
    return found;
  }

  private loadAll(keys: readonly string[]): Map<string, Versioned<S>> {
    const found = new Map<string, Versioned<S>>();
    for (const key of keys) {
      const row = this.sql.load.get(key) as { version: number; state: string } | undefined;
      if (row) found.set(key, { version: row.version, state: JSON.parse(row.state) as S });
    }
    return found;
  }

  private processedAll(ids: readonly string[]): Map<string, Outcome> {
    const found = new Map<string, Outcome>();
    for (const id of ids) {
      const row = this.sql.processed.get(id) as OutcomeRow | undefined;
      if (row) found.set(id, decodeOutcome(row));
    }
    return found;
  }

  async commit(batch: Batch<S>): Promise<void> {
    this.write(batch);
    await this.store();
  }

  /** Everything that has been committed, by whomever, is on the disk. */
  private async store(): Promise<void> {
    const commits = this.commits.get();
    this.stored = undefined;
    await this.disk?.stored();
    this.stored = commits;
  }

  async prune(before: number, limit: number): Promise<number> {
    return this.sql.prune.run(oldestIdOf(before), before, limit).changes;
  }

  close(): void {
    this.disk?.close();
    this.db.close();
  }

  private writeAll({ states, unchanged, outcomes, at }: Batch<S>): void {
    for (const [key, version] of unchanged)
      if (((this.sql.version.get(key) as number | undefined) ?? 0) !== version) throw new Fenced(this.actor, key);
    for (const [key, { state, version }] of states) {
      const json = JSON.stringify(state);
      const { changes } = version === 0 ? this.sql.insert.run(key, json) : this.sql.update.run(json, key, version);
      if (changes === 0) throw new Fenced(this.actor, key);
    }
    for (const [id, outcome] of outcomes) this.sql.record.run(id, at, encodeOutcome(outcome));
  }
}

/**
 * What an earlier process left in the write-ahead log is brought into the database first: its last sync may have failed, and a later one would
 * not tell.
 * @throws {BaedalError}
 */
function openWalSync(db: Database, sync: Sync | undefined): WalSync {
  try {
    db.pragma('wal_checkpoint(PASSIVE)');
    return new WalSync(db, sync);
  } catch (error) {
    db.close();
    throw explained(db.name, error);
  }
}

/** Where ids made at this time begin: a UUID of version 7 begins with its milliseconds, twelve hexadecimal digits of them. */
function oldestIdOf(at: number): string {
  const digits = Math.max(0, at).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}
