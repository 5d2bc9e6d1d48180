import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { placeOf } from '../../src/broker/embedded/schema.ts';
import type { Topology } from '../../src/broker/topology.ts';
import type { Put, Stranger, Target } from './stranger.ts';
import { pick, type Random, weirdText, weirdValue } from './weird.ts';

/** A stranger who writes into the embedded broker's file: each column that SQLite takes something odd in gets it now and then. */
export function embeddedStranger(folder: string, topology: Topology, random: Random): Stranger {
  const path = join(folder, 'broker.sqlite');
  const db = new Sqlite(path, { timeout: 20_000 });
  const find = db.prepare<[string], { id: number; next: number }>('SELECT id, next FROM logs WHERE name = ?');
  const count = db.prepare('UPDATE logs SET next = next + 1, length = length + 1 WHERE id = ?');
  const insert = db.prepare('INSERT INTO messages (place, attempt, body, failing_since) VALUES (?, ?, ?, ?)');
  const insertDelayed = db.prepare(
    'INSERT INTO delayed (log, due_at, attempt, body, failing_since) VALUES (?, ?, ?, ?, ?)',
  );
  const insertJournal = db.prepare('INSERT INTO journal (place, body) VALUES (?, ?)');
  const reply = db.prepare(
    'INSERT OR IGNORE INTO replies (address, correlation, expires_at, body) VALUES (?, ?, ?, ?)',
  );
  const tell = db.prepare(
    'INSERT OR REPLACE INTO broadcasts (channel, sender, number, expires_at, body) VALUES (?, ?, ?, ?, ?)',
  );
  const asked = db.prepare("SELECT body FROM messages WHERE body LIKE '%replyTo%' LIMIT 1").pluck();
  let address = 'nobody';
  let correlation = 0;

  /** Mostly a text; sometimes the bytes, which SQLite keeps as such. */
  const stored = (body: Buffer): string | Buffer => (random() < 0.7 ? body.toString() : body);
  const odd = (usual: number): number | string | Buffer => (random() < 0.8 ? usual : oddColumn(random));
  const append = (name: string, body: Buffer) => {
    const { id, next } = find.get(name)!;
    insert.run(placeOf(id, next), odd(0), stored(body), random() < 0.8 ? null : oddColumn(random));
    count.run(id);
  };

  const write = db.transaction((target: Target, body: Buffer): string[] => {
    const heard = /"replyTo":"([^"/]+)\/(\d+)"/.exec(String(asked.get() ?? ''));
    if (heard) [address, correlation] = [heard[1]!, Number(heard[2])];
    switch (target.kind) {
      case 'queue':
        append(target.queue, body);
        return [target.queue];
      case 'delayed':
        insertDelayed.run(
          find.get(target.queue)!.id,
          Date.now() + pick(random, [-1_000, 200, 900]),
          odd(0),
          stored(body),
          null,
        );
        db.prepare('UPDATE logs SET length = length + 1 WHERE name = ?').run(target.queue);
        return [target.queue];
      case 'route': {
        const takers = topology.queues.filter(({ routes }) => routes.includes(target.route)).map(({ name }) => name);
        for (const name of takers) append(name, body);
        return takers;
      }
      case 'dead-letters':
        append(topology.deadLetters, body);
        return [];
      case 'journal': {
        const { id, next } = find.get(topology.journal.name)!;
        insertJournal.run(placeOf(id, next), stored(body));
        count.run(id);
        return [];
      }
      case 'replies':
        reply.run(address, pick(random, [correlation, correlation + 1, 2 ** 40]), Date.now() + 5_000, stored(body));
        return [];
      case 'telemetry':
        tell.run(topology.prefix, weirdText(random), pick(random, [0, 1, 2 ** 40]), Date.now() + 5_000, stored(body));
        return [];
    }
  }).immediate;

  return {
    put: async (number, target, body) => {
      const queues = write(target, body);
      writeFileSync(join(folder, 'broker.bell'), '!', { flag: 'r+' });
      return { number, target, body, queues, with: {} } satisfies Put;
    },
    asleep: async () =>
      db
        .prepare('SELECT name AS queue, body FROM delayed JOIN logs ON logs.id = delayed.log')
        .all()
        .map((row) => {
          const { queue, body } = row as { queue: string; body: string | Buffer };
          return { queue, text: body.toString() };
        }),
    close: async () => void db.close(),
  };
}

/** What a column of integers keeps all the same. */
function oddColumn(random: Random): number | string | Buffer {
  const value = weirdValue(random);
  if (typeof value === 'number' || typeof value === 'string') return value;
  return pick(random, [-5, 0.5, 1e300, 'many', Buffer.from('bytes'), Buffer.alloc(0)]);
}
