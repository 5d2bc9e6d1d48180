import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../sqlite/open-database.ts';

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
  // Where `at` is missing, what was done about a letter became known before the letter itself. The body comes last: a search skips it.
  `CREATE TABLE dead_letters (
     letter_no INTEGER PRIMARY KEY,
     letter_id TEXT NOT NULL UNIQUE,
     state TEXT NOT NULL, settled_at INTEGER, settled_by TEXT, discard_reason TEXT,
     queue TEXT, actor TEXT, message_id TEXT, type TEXT, order_id TEXT, reason TEXT, attempts INTEGER, at INTEGER, body TEXT
   );
   CREATE INDEX dead_letters_by_time ON dead_letters (at, letter_id);
   CREATE INDEX dead_letters_by_state ON dead_letters (state, at, letter_id);`,
];

export const readModelFile = (folder: string): string => join(folder, 'readmodel.sqlite');

/** Opens the read model to write it; NORMAL, because it can always be folded from the journal again. */
export const openReadModel = (folder: string): Database =>
  openDatabase(readModelFile(folder), { schema, synchronous: 'NORMAL' });

/** Opens the read model to answer questions; made first where there is none yet. */
export function openForQueries(folder: string): Database {
  if (!existsSync(readModelFile(folder))) openReadModel(folder).close();
  return openDatabase(readModelFile(folder), { schema, readonly: true });
}
