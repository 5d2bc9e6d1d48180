import { randomUUID } from 'node:crypto';
import type { Database } from '../../sqlite/open-database.ts';
import { tell, textOf } from '../broadcast.ts';
import type { Subscription } from '../broker.ts';
import type { Parts } from './consumer.ts';

/** How long what was told last is kept, and how often what nobody told again is thrown away, milliseconds. */
const keptMs = 60_000;
const cleanedEveryMs = 30_000;

const topic = 'broadcasts';

type Told = { sender: string; number: number; body: string };

/**
 * What is told here, and what is told here and in other processes. There is one row for each who tells, which is written over each time:
 * so nothing grows, and who tells twice before others look is heard once.
 */
export class Broadcasts {
  readonly #sender = randomUUID();
  readonly #parts: Parts;
  readonly #channel: string;
  readonly #statements: ReturnType<typeof prepared>;
  readonly #stops = new Set<() => void>();
  #counter = 0;
  #cleanedAt = 0;
  #closed = false;

  /** @param channel who tells on another one is not heard */
  constructor(parts: Parts, channel: string) {
    this.#parts = parts;
    this.#channel = channel;
    this.#statements = prepared(parts.db);
  }

  send(body: object): void {
    const text = textOf(body);
    if (this.#closed || text === undefined) return;
    const { writer, now } = this.#parts;
    const number = ++this.#counter;
    const at = Math.ceil(now());
    writer.add({
      durable: false,
      write: () => {
        this.#statements.tell.run(this.#channel, this.#sender, number, at + keptMs, text);
        this.#clean(at);
        writer.touched.add(topic);
      },
      done: () => {},
      failed: () => {}, // the next one will say more
    });
  }

  listen(listener: (body: unknown) => void): Subscription {
    // What each has told before is known, and not told any more.
    let known = new Map(this.#statements.all.all(this.#channel).map(({ sender, number }) => [sender, number]));
    const stopListening = this.#parts.wakeUp.on(topic, () => {
      let told: Told[];
      try {
        told = this.#statements.all.all(this.#channel);
      } catch {
        return; // looked for again at the next wake-up
      }
      const fresh = told.filter(({ sender, number }) => known.get(sender) !== number);
      known = new Map(told.map(({ sender, number }) => [sender, number]));
      for (const { body } of fresh) tell(listener, body);
    });
    const stop = () => {
      stopListening();
      this.#stops.delete(stop);
    };
    this.#stops.add(stop);
    return { stop: async () => stop() };
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
  }

  #clean(now: number): void {
    if (Math.abs(now - this.#cleanedAt) < cleanedEveryMs) return;
    this.#cleanedAt = now;
    this.#statements.expire.run(now);
  }
}

const prepared = (db: Database) => ({
  tell: db.prepare(
    'INSERT OR REPLACE INTO broadcasts (channel, sender, number, expires_at, body) VALUES (?, ?, ?, ?, ?)',
  ),
  all: db.prepare<[string], Told>('SELECT sender, number, body FROM broadcasts WHERE channel = ?'),
  expire: db.prepare('DELETE FROM broadcasts WHERE expires_at < ?'),
});
