import type { Database, Statement } from '../../sqlite/open-database.ts';
import { awaitLock, type ProcessLock } from '../../sqlite/process-lock.ts';
import type { Logs, Row } from './logs.ts';
import { endOf, startOf } from './schema.ts';
import type { WakeUp } from './wake-up.ts';
import type { Writer } from './writer.ts';

/** How many delayed messages move to their queue in one transaction. */
const movesAtOnce = 500;

/** The longest sleep towards a due time, milliseconds; then the clock is looked at again, as it may have been set. */
const longestSleepMs = 1_000;

/** How long to wait after a failed read or write before trying again, milliseconds. */
const retryMs = 250;

export type ConsumerOptions = {
  log: number;
  /** Held for as long as this consumer is the one; others stand by at it. */
  lockPath: string;
  prefetch: number;
  /** Takes rows in hand. Each is out of hand again once it is given to `ack`. */
  onRows(rows: Row[]): void;
};

export type Parts = { db: Database; logs: Logs; writer: Writer; wakeUp: WakeUp; now: () => number };

/**
 * Takes the messages of one log. There is one consumer among all processes, so what is in hand is known here only:
 * a cursor behind the last row taken, and a count.
 */
export class Consumer {
  readonly #parts: Parts;
  readonly #options: ConsumerOptions;
  readonly #rows: Statement<[number, number, number], Row>;
  readonly #firstDue: Statement<[number], { due_at: number }>;
  readonly #stopListening: () => void;
  readonly #stopStandingBy: () => void;
  #lock: ProcessLock | undefined;
  #cursor: number;
  #inHand = 0;
  /** Given out of hand, not yet deleted. */
  #acked: number[] = [];
  #ackQueued = false;
  #stopped = false;
  #closed = false;
  #next: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts, options: ConsumerOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#cursor = startOf(options.log) - 1;
    this.#rows = parts.db.prepare(
      'SELECT place, attempt, body FROM messages WHERE place > ? AND place < ? ORDER BY place LIMIT ?',
    );
    this.#firstDue = parts.db.prepare('SELECT due_at FROM delayed WHERE log = ? ORDER BY due_at LIMIT 1');
    this.#stopListening = parts.wakeUp.on(options.log, this.#soon);
    this.#stopStandingBy = awaitLock(options.lockPath, (lock) => {
      this.#lock = lock;
      this.#soon();
    });
  }

  /** Gives a row out of hand. It is deleted with the next group of writes. */
  ack(place: number): void {
    if (this.#closed) return;
    this.#inHand -= 1;
    this.#acked.push(place);
    this.#writeAcks();
    this.#soon();
  }

  /** Gives a row out of hand by moving it to the dead letters. */
  bury(place: number, deadLetters: number, letter: Buffer): void {
    const { logs, writer } = this.#parts;
    writer.add({
      durable: false,
      write: () => {
        logs.append(deadLetters, 0, letter);
        logs.remove(place);
        writer.touched.add(deadLetters);
      },
      done: () => {
        this.#inHand -= 1;
        this.#soon();
        this.#releaseWhenIdle();
      },
      failed: () => {
        setTimeout(() => this.#closed || this.bury(place, deadLetters, letter), retryMs).unref();
      },
    });
  }

  /** Takes nothing more. The lock goes once nothing is in hand, so that no message is in two hands; at the latest on `close`. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopListening();
    this.#stopStandingBy();
    clearImmediate(this.#next);
    clearTimeout(this.#timer);
    this.#releaseWhenIdle();
  }

  /** To be called after the last write. */
  close(): void {
    this.stop();
    this.#closed = true;
    this.#lock?.release();
    this.#lock = undefined;
  }

  readonly #soon = () => {
    if (!this.#lock || this.#stopped) return;
    this.#next ??= setImmediate(this.#take);
  };

  readonly #take = () => {
    this.#next = undefined;
    if (this.#stopped) return;
    let rows: Row[];
    try {
      this.#watchTheClock();
      // What is acked and not deleted counts too: else a disk that takes no deletes would let it grow without bound.
      const free = this.#options.prefetch - this.#inHand - this.#acked.length;
      rows = free > 0 ? this.#rows.all(this.#cursor, endOf(this.#options.log), free) : [];
    } catch {
      this.#wakeIn(retryMs);
      return;
    }
    const last = rows.at(-1);
    if (!last) return;
    this.#cursor = last.place;
    this.#inHand += rows.length;
    this.#options.onRows(rows);
  };

  /** Moves what is due into the queue, or sets the timer to when something will be. */
  #watchTheClock(): void {
    clearTimeout(this.#timer);
    const due = this.#firstDue.get(this.#options.log)?.due_at;
    if (due === undefined) return;
    const remaining = due - this.#parts.now();
    if (remaining > 0) {
      this.#wakeIn(Math.min(remaining, longestSleepMs));
      return;
    }
    const { log } = this.#options;
    const { logs, writer, now } = this.#parts;
    writer.add({
      durable: false,
      write: () => {
        if (this.#closed) return;
        logs.moveDue(log, now(), movesAtOnce);
        writer.touched.add(log);
      },
      done: () => {},
      failed: () => this.#wakeIn(retryMs),
    });
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(this.#soon, ms);
  }

  #writeAcks(): void {
    if (this.#ackQueued || this.#closed) return;
    this.#ackQueued = true;
    this.#parts.writer.add({
      durable: false,
      write: () => {
        for (const place of this.#acked) this.#parts.logs.remove(place);
      },
      done: () => {
        this.#acked = [];
        this.#ackQueued = false;
        this.#soon();
        this.#releaseWhenIdle();
      },
      failed: () => {
        this.#ackQueued = false;
        setTimeout(() => this.#writeAcks(), retryMs).unref();
      },
    });
  }

  #releaseWhenIdle(): void {
    if (!this.#stopped || this.#inHand > 0 || this.#acked.length > 0) return;
    this.#lock?.release();
    this.#lock = undefined;
  }
}
