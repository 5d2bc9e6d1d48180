import type { Database, Statement } from './open-database.ts';

/** Statements of each database that is open, by their text. */
const known = new WeakMap<Database, Map<string, Statement>>();

/** Statements kept for a database at most; there are as many as there are questions. */
const most = 500;

/**
 * A statement that is made once for each database, and kept. One that is made for every question is garbage of which JavaScript sees
 * nothing: what SQLite holds for it is let go of only with the next long collection.
 */
export function prepared(db: Database, sql: string): Statement {
  const statements = known.get(db) ?? new Map<string, Statement>();
  known.set(db, statements);
  let statement = statements.get(sql);
  if (!statement) {
    if (statements.size >= most) statements.clear();
    statement = db.prepare(sql);
    statements.set(sql, statement);
  }
  return statement;
}
