import { join } from 'node:path';
import { placeOf, schema } from '../../../src/broker/embedded/schema.ts';
import { openDatabase } from '../../../src/sqlite/open-database.ts';

/** Puts bytes at the end of a log of the embedded broker in `folder`, as only a fault would. */
export function insertBody(folder: string, log: string, bytes: Buffer): void {
  const db = openDatabase(join(folder, 'broker.sqlite'), { schema });
  db.transaction(() => {
    const { id, next } = db.prepare('SELECT id, next FROM logs WHERE name = ?').get(log) as {
      id: number;
      next: number;
    };
    if (log.endsWith('.journal')) db.prepare('INSERT INTO journal VALUES (?, ?)').run(placeOf(id, next), bytes);
    else db.prepare('INSERT INTO messages (place, attempt, body) VALUES (?, 0, ?)').run(placeOf(id, next), bytes);
    db.prepare('UPDATE logs SET next = next + 1, length = length + 1 WHERE id = ?').run(id);
  }).immediate();
  db.close();
}
