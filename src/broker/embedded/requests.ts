import { randomUUID } from 'node:crypto';
import type { Answer } from '../../actors/actor.ts';
import type { Database } from '../../sqlite/open-database.ts';
import { answerIn } from '../answer.ts';
import type { Body } from '../codec.ts';
import type { Envelope } from '../envelope.ts';
import { BrokerClosed, RequestTimedOut } from '../errors.ts';
import type { WakeUp } from './wake-up.ts';
import type { Writer } from './writer.ts';

/** How long an answer waits for the process that asked, milliseconds; and how often those nobody came for are thrown away. */
const keptMs = 60_000;
const cleanedEveryMs = 30_000;

const topic = 'replies';

type Waiting = { settle(answer: Answer): void; fail(error: Error): void };
type Reply = { correlation: number; body: Body };

/** Requests made here, and answers on their way to whoever made the request, here or in another process. */
export class Requests {
  readonly #address = randomUUID();
  readonly #waiting = new Map<number, Waiting>();
  readonly #writer: Writer;
  readonly #now: () => number;
  readonly #statements: ReturnType<typeof prepared>;
  readonly #stopListening: () => void;
  #counter = 0;
  #cleanedAt = 0;
  #closed = false;

  constructor(db: Database, writer: Writer, wakeUp: WakeUp, now: () => number) {
    this.#writer = writer;
    this.#now = now;
    this.#statements = prepared(db);
    this.#stopListening = wakeUp.on(topic, this.#collect);
  }

  async request(
    envelope: Envelope,
    timeoutMs: number,
    publish: (envelope: Envelope) => Promise<void>,
  ): Promise<Answer> {
    const correlation = this.#counter++;
    const answered = new Promise<Answer>((settle, fail) => this.#waiting.set(correlation, { settle, fail }));
    const timer = setTimeout(() => this.#waiting.get(correlation)?.fail(new RequestTimedOut(timeoutMs)), timeoutMs);
    try {
      const published = publish({ ...envelope, replyTo: `${this.#address}/${correlation}` });
      return await Promise.race([published.then(() => answered), answered]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(correlation);
    }
  }

  answer(replyTo: string, answer: Answer): void {
    const [address, number] = replyTo.split('/');
    const correlation = Number(number);
    if (this.#closed || !address || !Number.isSafeInteger(correlation)) return;
    if (address === this.#address) {
      this.#waiting.get(correlation)?.settle(answer);
      return;
    }
    const body = JSON.stringify(answer);
    const expiresAt = Math.ceil(this.#now() + keptMs);
    this.#writer.add({
      durable: false,
      write: () => {
        this.#statements.insert.run(address, correlation, expiresAt, body);
        this.#clean();
        this.#writer.touched.add(topic);
      },
      done: () => {},
      failed: () => {}, // who asked will time out, and may ask again
    });
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    for (const { fail } of this.#waiting.values()) fail(new BrokerClosed());
  }

  readonly #collect = () => {
    if (this.#waiting.size === 0) return;
    let replies: Reply[];
    try {
      replies = this.#statements.mine.all(this.#address);
    } catch {
      return; // looked for again at the next wake-up
    }
    if (replies.length === 0) return;
    for (const { correlation, body } of replies) {
      const answer = answerIn(body.toString());
      if (answer) this.#waiting.get(correlation)?.settle(answer);
    }
    this.#writer.add({
      durable: false,
      write: () => {
        // Only what was read: another one may be in its place by now.
        for (const { correlation, body } of replies) this.#statements.remove.run(this.#address, correlation, body);
      },
      done: () => {},
      failed: () => {}, // they expire
    });
  };

  #clean(): void {
    const now = this.#now();
    if (Math.abs(now - this.#cleanedAt) < cleanedEveryMs) return;
    this.#cleanedAt = now;
    this.#statements.expire.run(now);
  }
}

const prepared = (db: Database) => ({
  insert: db.prepare('INSERT OR REPLACE INTO replies (address, correlation, expires_at, body) VALUES (?, ?, ?, ?)'),
  mine: db.prepare<[string], Reply>('SELECT correlation, body FROM replies WHERE address = ?'),
  remove: db.prepare('DELETE FROM replies WHERE address = ? AND correlation = ? AND body = ?'),
  expire: db.prepare('DELETE FROM replies WHERE expires_at < ?'),
});
