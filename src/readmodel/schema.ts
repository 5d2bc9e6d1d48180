import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaedalError, reasonOf } from '../errors.ts';
import { DatabaseDamaged } from '../sqlite/errors.ts';
import { type Database, explained, openDatabase } from '../sqlite/open-database.ts';
import { currentFile, firstFile } from './files.ts';

/** Each step brings the file one version further. */
const schema = [
  // Orders are numbered as they come and events appended, so that what is written together lies together, however many there are.
  `CREATE TABLE orders (
     order_no INTEGER PRIMARY KEY,
     order_id TEXT NOT NULL UNIQUE,
     customer_id TEXT, store_id TEXT, store_name TEXT, lines TEXT, total_won INTEGER,
     status TEXT NOT NULL,
     progress INTEGER NOT NULL, cancel_asked INTEGER NOT NULL, cancel_settled INTEGER NOT NULL, ended TEXT,
     reason TEXT, rider_id TEXT, paid_won INTEGER NOT NULL, refunded_won INTEGER NOT NULL,
     received_at INTEGER NOT NULL, changed_at INTEGER NOT NULL
   );
   CREATE INDEX orders_by_time ON orders (received_at);
   CREATE INDEX orders_by_customer ON orders (customer_id, received_at);
   CREATE INDEX orders_by_store ON orders (store_id, received_at);
   CREATE INDEX orders_by_status ON orders (status, received_at);
   CREATE TABLE timeline (
     event_no INTEGER PRIMARY KEY,
     event_id TEXT NOT NULL UNIQUE, order_no INTEGER NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL
   );
   CREATE INDEX timeline_by_order ON timeline (order_no);
   CREATE TABLE notifications (
     notification_no INTEGER PRIMARY KEY,
     event_id TEXT NOT NULL UNIQUE, order_no INTEGER NOT NULL,
     recipient TEXT NOT NULL, about TEXT NOT NULL, channel TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL
   );
   CREATE INDEX notifications_by_order ON notifications (order_no);
   CREATE TABLE journal_position (one INTEGER PRIMARY KEY CHECK (one = 1), next INTEGER NOT NULL);`,
  // An order that waits to be paid: until when, epoch milliseconds.
  `ALTER TABLE orders ADD COLUMN pay_by INTEGER;`,
  `CREATE TABLE breaker_changes (
     change_no INTEGER PRIMARY KEY,
     event_id TEXT NOT NULL UNIQUE, partner TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL
   );`,
  `-- What every screen asks several times a second is counted as it comes, however many orders there are.
   CREATE TABLE status_counts (status TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
   INSERT INTO status_counts SELECT status, count(*) FROM orders GROUP BY status;
   -- minute: minutes since the epoch.
   CREATE TABLE minutes (
     minute INTEGER PRIMARY KEY,
     received INTEGER NOT NULL DEFAULT 0, deferred INTEGER NOT NULL DEFAULT 0, placed INTEGER NOT NULL DEFAULT 0,
     rejected INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0, cancelled INTEGER NOT NULL DEFAULT 0,
     delivered INTEGER NOT NULL DEFAULT 0
   );
   INSERT INTO minutes SELECT at / 60000, sum(type = 'OrderReceived'), sum(type = 'OrderDeferred'), sum(type = 'OrderPlaced'),
     sum(type = 'OrderRejected'), sum(type = 'OrderRefused'), sum(type = 'OrderCancelled'), sum(type = 'DeliveryCompleted')
     FROM timeline GROUP BY 1;
   CREATE INDEX orders_on_kitchen_board ON orders (store_id, status, received_at) WHERE status IN ('placed', 'accepted');
   -- Events of a type that this version does not know: they make no order.
   CREATE TABLE strange_events (
     event_id TEXT PRIMARY KEY, key TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE INDEX strange_events_by_key ON strange_events (key);
   -- Entries of the journal, first_offset up to but without next_offset, that were trimmed before they were read.
   CREATE TABLE gaps (first_offset INTEGER PRIMARY KEY, next_offset INTEGER NOT NULL);
   ALTER TABLE journal_position ADD COLUMN last_at INTEGER;`,
  // Where `at` is missing, what was done about a letter became known before the letter itself. The body comes last: a search skips it.
  `CREATE TABLE dead_letters (
     letter_no INTEGER PRIMARY KEY,
     letter_id TEXT NOT NULL UNIQUE,
     state TEXT NOT NULL, settled_at INTEGER, settled_by TEXT, discard_reason TEXT,
     queue TEXT, actor TEXT, message_id TEXT, type TEXT, order_id TEXT, reason TEXT, attempts INTEGER, at INTEGER, body TEXT
   );
   CREATE INDEX dead_letters_by_time ON dead_letters (at, letter_id);
   CREATE INDEX dead_letters_by_state ON dead_letters (state, at, letter_id);`,
  `CREATE INDEX breaker_changes_by_time ON breaker_changes (at);
   -- Minutes in which nothing that is counted happened are no rows.
   DELETE FROM minutes WHERE received + deferred + placed + rejected + refused + cancelled + delivered = 0;`,
  `ALTER TABLE dead_letters ADD COLUMN first_at INTEGER;
   ALTER TABLE dead_letters ADD COLUMN cause TEXT;`,
];

/** The version that a file has once it is up to date. */
export const readModelVersion = schema.length;

/** The file of the read model is damaged. */
export class ReadModelDamaged extends BaedalError {
  readonly code = 'data-damaged';
  readonly retry = false;
  constructor(path: string, cause: unknown) {
    super(
      `${path} is damaged or not a database (${reasonOf(cause)}). Nothing is lost by it: \`baedal readmodel rebuild\` makes a new one from the journal.`,
      { cause },
    );
  }
}

/** What was thrown while a read model was opened or asked, as an error that says what to do. */
export function explainedFor(path: string, thrown: unknown): unknown {
  const error = explained(path, thrown);
  return error instanceof DatabaseDamaged ? new ReadModelDamaged(path, error.cause) : error;
}

/** Opens the read model of a data folder to write it; NORMAL, because it can always be folded from the journal again. */
export const openReadModel = (folder: string): Database => openReadModelFile(join(folder, currentFile(folder)));

/** Opens one file of a read model to write it. `safe`: false where it is thrown away after a crash. Default true. */
export function openReadModelFile(path: string, safe = true): Database {
  try {
    return openDatabase(path, { schema, synchronous: safe ? 'NORMAL' : 'OFF' });
  } catch (error) {
    throw explainedFor(path, error);
  }
}

/** Opens the read model to answer questions; made first where there is none yet. It stays with one file; see `Reader`. */
export function openForQueries(folder: string): Database {
  for (;;) {
    const file = currentFile(folder);
    const path = join(folder, file);
    try {
      if (file === firstFile && !existsSync(path)) openReadModelFile(path).close();
      const db = openDatabase(path, { schema, readonly: true });
      if (currentFile(folder) === file) return db;
      db.close(); // another one took its place just now
    } catch (error) {
      if (currentFile(folder) === file) throw explainedFor(path, error);
    }
  }
}
