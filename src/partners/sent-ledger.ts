import { GroupCommit } from '../sqlite/group-commit.ts';
import { type Database, openDatabase, type Statement } from '../sqlite/open-database.ts';
import { WalSync } from '../sqlite/wal-sync.ts';

const schema = [
  `CREATE TABLE sent (
     order_id TEXT NOT NULL, recipient TEXT NOT NULL, about TEXT NOT NULL, channel TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (order_id, recipient, about)
   ) WITHOUT ROWID;`,
  // message_id: the provider's name for it. why: what kept it from going by a channel before this one.
  `ALTER TABLE sent ADD COLUMN message_id TEXT;
   ALTER TABLE sent ADD COLUMN why TEXT;
   -- What is about to be sent, or was and nobody knows whether it arrived. reference: our name for it with the provider.
   CREATE TABLE under_way (
     order_id TEXT NOT NULL, recipient TEXT NOT NULL, about TEXT NOT NULL,
     reference TEXT NOT NULL, channel TEXT NOT NULL, phone TEXT NOT NULL, text TEXT NOT NULL, why TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (order_id, recipient, about)
   ) WITHOUT ROWID;`,
];

/** The version that a file of what was sent has once it is up to date. */
export const sentVersion = schema.length;

/** One message to one person: there is at most one of each. */
export type Told = { orderId: string; recipient: string; about: string };

/** How it was told. `messageId`: the provider's name for it; `why`: what kept it from going by an earlier channel. */
export type Sent = { channel: string; text: string; messageId?: string; why?: string };

/** An attempt whose outcome is not known yet. `at`: when it began, epoch milliseconds; `why`: as of `Sent`, empty where nothing. */
export type UnderWay = { reference: string; channel: string; phone: string; text: string; why: string; at: number };

/** Who was told what, and what is being told: one SQLite file. What is written in the same turn is written together. */
export class SentLedger {
  private readonly db: Database;
  private readonly outcomes: GroupCommit;
  private readonly attempts: GroupCommit;
  private readonly sql: Record<'sent' | 'underWay' | 'record' | 'intend' | 'settle', Statement>;
  private disk: WalSync | undefined;

  /** @throws {BaedalError} the file is damaged, newer than this version, or cannot be written */
  constructor(
    path: string,
    private readonly now: () => number,
  ) {
    this.db = openDatabase(path, { schema, synchronous: 'NORMAL' });
    this.outcomes = new GroupCommit(this.db);
    this.attempts = new GroupCommit(this.db, () => {
      this.disk ??= new WalSync(this.db);
      return this.disk.stored();
    });
    const one = 'WHERE order_id = ? AND recipient = ? AND about = ?';
    this.sql = {
      sent: this.db.prepare(`SELECT channel, text FROM sent ${one}`),
      underWay: this.db.prepare(`SELECT reference, channel, phone, text, why, at FROM under_way ${one}`),
      record: this.db.prepare(
        `INSERT OR IGNORE INTO sent (order_id, recipient, about, channel, text, at, message_id, why)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      intend: this.db.prepare(
        `INSERT OR REPLACE INTO under_way (order_id, recipient, about, reference, channel, phone, text, why, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      settle: this.db.prepare(`DELETE FROM under_way ${one}`),
    };
  }

  /** How it was told, if it was. */
  sent({ orderId, recipient, about }: Told): Pick<Sent, 'channel' | 'text'> | undefined {
    return this.sql.sent.get(orderId, recipient, about) as Pick<Sent, 'channel' | 'text'> | undefined;
  }

  /** The attempt to tell it whose outcome was never recorded, if there is one. */
  underWay({ orderId, recipient, about }: Told): UnderWay | undefined {
    return this.sql.underWay.get(orderId, recipient, about) as UnderWay | undefined;
  }

  /** Notes what is about to be sent. Once this resolves, the note survives a power cut. */
  async intend({ orderId, recipient, about }: Told, attempt: UnderWay): Promise<void> {
    const { reference, channel, phone, text, why, at } = attempt;
    await this.attempts.write(() =>
      this.sql.intend.run(orderId, recipient, about, reference, channel, phone, text, why, at),
    );
  }

  /** Notes what was sent. An attempt that was under way is settled by it. */
  async record(all: readonly (Told & Sent)[]): Promise<void> {
    await this.outcomes.write(() => {
      for (const { orderId, recipient, about, channel, text, messageId, why } of all) {
        this.sql.record.run(orderId, recipient, about, channel, text, this.now(), messageId ?? null, why ?? null);
        this.sql.settle.run(orderId, recipient, about);
      }
    });
  }

  close(): void {
    this.disk?.close();
    this.db.close();
  }
}
