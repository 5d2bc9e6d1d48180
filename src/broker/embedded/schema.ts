/**
 * The broker's database. A log is a work queue, a journal or the dead letters of one namespace; each numbers its entries from 0.
 * An entry's primary key is its `place`: the log in the high bits, its number in the low ones. So every log lies together
 * in one b-tree without a second index, is appended to at its end and taken from at its start. An entry is one parcel: its body is
 * the JSON of one envelope, or of an array of them.
 */
export const schema = [
  `
  -- next: the number the next entry gets. length: entries in store, delayed ones too.
  CREATE TABLE logs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, next INTEGER NOT NULL DEFAULT 0, length INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE messages (place INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, body TEXT NOT NULL);
  -- Apart from the messages: it only grows, at its end, and so fills its pages.
  CREATE TABLE journal (place INTEGER PRIMARY KEY, body TEXT NOT NULL);
  -- due_at: epoch milliseconds.
  CREATE TABLE delayed (id INTEGER PRIMARY KEY AUTOINCREMENT, log INTEGER NOT NULL, due_at INTEGER NOT NULL, attempt INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX delayed_by_due ON delayed (log, due_at, id);
  -- Answers for requests made in other processes. expires_at: epoch milliseconds.
  CREATE TABLE replies (address TEXT NOT NULL, correlation INTEGER NOT NULL, expires_at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (address, correlation)) WITHOUT ROWID;
  `,
  `
  -- What each sender broadcast last; channel: the namespace. number: counts what it has broadcast. expires_at: epoch milliseconds.
  CREATE TABLE broadcasts (channel TEXT NOT NULL, sender TEXT NOT NULL, number INTEGER NOT NULL, expires_at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (channel, sender)) WITHOUT ROWID;
  `,
  `
  -- When handling it failed first, epoch milliseconds; missing where it has not.
  ALTER TABLE messages ADD COLUMN failing_since INTEGER;
  ALTER TABLE delayed ADD COLUMN failing_since INTEGER;
  `,
] as const;

/** Numbers a log can give out: at 10,000 entries a second it lasts three years and five months; 8,191 logs keep places exact in a double. */
const perLog = 2 ** 40;

/** The place of the first entry that `log` can have. */
export const startOf = (log: number): number => log * perLog;

/** The first place that is no longer in `log`. */
export const endOf = (log: number): number => (log + 1) * perLog;

export const placeOf = (log: number, number: number): number => log * perLog + number;
export const numberOf = (place: number): number => place % perLog;
export const logOf = (place: number): number => Math.floor(place / perLog);
