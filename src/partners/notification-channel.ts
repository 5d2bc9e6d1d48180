import type { Answers, Calls, Notice } from '../actors/messages.ts';
import { GroupCommit } from '../sqlite/group-commit.ts';
import { type Database, openDatabase, type Statement } from '../sqlite/open-database.ts';

/** One way to reach people. @throws what is worth trying again */
export type Channel = { name: string; send(orderId: string, notice: Notice): Promise<void> };

/** Writes each message as a line, `<recipient> ← <text>`. */
export const consoleChannel = (print: (line: string) => void): Channel => ({
  name: 'console',
  send: async (_orderId, { recipient, text }) => print(`${recipient} ← ${text}`),
});

const schema = [
  `CREATE TABLE sent (
     order_id TEXT NOT NULL, recipient TEXT NOT NULL, about TEXT NOT NULL, channel TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (order_id, recipient, about)
   ) WITHOUT ROWID;`,
];

/** The version that a file of what was sent has once it is up to date. */
export const sentVersion = schema.length;

/**
 * Sends through a channel and keeps a table of what was sent, so that a call repeated after a crash does not tell people
 * twice. What was sent in the same turn is written together: only what a crash in between has kept from being written can come twice.
 */
export class NotificationSender {
  private readonly db: Database;
  private readonly group: GroupCommit;
  private readonly known: Statement;
  private readonly record: Statement;
  /** Sent, and not written yet: a disk that is full may keep it so for a while, and nobody is to be told twice meanwhile. */
  private readonly unrecorded = new Set<string>();

  constructor(
    path: string,
    private readonly channel: Channel,
    private readonly now: () => number,
  ) {
    this.db = openDatabase(path, { schema, synchronous: 'NORMAL' });
    this.group = new GroupCommit(this.db);
    this.known = this.db.prepare('SELECT 1 FROM sent WHERE order_id = ? AND recipient = ? AND about = ?').pluck();
    this.record = this.db.prepare(
      'INSERT OR IGNORE INTO sent (order_id, recipient, about, channel, text, at) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }

  /** @param again it may have been asked for before: only then is it looked up what was sent */
  notify = async ({ orderId, notices }: Calls['Notify'], again: boolean): Promise<Answers['NotifyAnswered']> => {
    const fresh = again ? notices.filter(({ recipient, about }) => !this.isKnown(orderId, recipient, about)) : notices;
    const sent: Notice[] = [];
    try {
      for (const notice of fresh) {
        const name = JSON.stringify([orderId, notice.recipient, notice.about]);
        if (!this.unrecorded.has(name)) await this.channel.send(orderId, notice);
        this.unrecorded.add(name);
        sent.push(notice);
      }
    } finally {
      // Also where one could not be sent: then the call is repeated, and those before it have been told.
      if (sent.length > 0) await this.keep(orderId, sent);
    }
    for (const { recipient, about } of sent) this.unrecorded.delete(JSON.stringify([orderId, recipient, about]));
    return { orderId, channel: this.channel.name, notices };
  };

  private isKnown(orderId: string, recipient: string, about: string): boolean {
    return this.known.get(orderId, recipient, about) !== undefined;
  }

  private async keep(orderId: string, sent: readonly Notice[]): Promise<void> {
    const { name } = this.channel;
    await this.group.write(() => {
      for (const { recipient, about, text } of sent) this.record.run(orderId, recipient, about, name, text, this.now());
    });
  }

  close(): void {
    this.db.close();
  }
}
