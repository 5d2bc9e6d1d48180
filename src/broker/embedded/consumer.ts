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

/** What a row holds: messages, and letters about those parts of it that are none. */
type Content<M> = { messages: M[]; letters: string[] };

export type ConsumerOptions<M> = {
  log: number;
  /** The log that letters go to. */
  deadLetters: number;
  /** Held for as long as this consumer is the one; others stand by at it. */
  lockPath: string;
  /** How many messages are in hand at most. A row that holds more is handed over bit by bit. */
  prefetch: number;
  /** Reads a row. `inHand` is to be called once for each of its messages, and gives how that one is acked; only its first call counts. */
  open(row: Row, inHand: () => () => void): Content<M>;
  /** Takes messages in hand, in their order. */
  onMessages(messages: M[]): void;
};

export type Parts = { db: Database; logs: Logs; writer: Writer; wakeUp: WakeUp; now: () => number };

/** A row that was read: how many of its messages are not acked yet, and the letters to bury when it is deleted. */
type Held = { place: number; left: number; letters: readonly string[] };

/**
 * Takes the messages of one log. There is one consumer among all processes, so what is in hand is known here only:
 * a cursor behind the last row read, and counts. A row is deleted once all its messages are acked, and only then, in the same
 * transaction, are its bad ones buried: should the row come again before that, none is buried twice.
 */
export class Consumer<M> {
  readonly #parts: Parts;
  readonly #options: ConsumerOptions<M>;
  readonly #rows: Statement<[number, number], Row>;
  readonly #firstDue: Statement<[number], { due_at: number }>;
  readonly #stopListening: () => void;
  readonly #stopStandingBy: () => void;
  #lock: ProcessLock | undefined;
  #cursor: number;
  #inHand = 0;
  /** Of the last row read, what there was no room for. */
  #rest: M[] = [];
  /** All acked, not yet deleted. */
  #finished: Held[] = [];
  #deleteQueued = false;
  #stopped = false;
  #closed = false;
  #next: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts, options: ConsumerOptions<M>) {
    this.#parts = parts;
    this.#options = options;
    this.#cursor = startOf(options.log) - 1;
    this.#rows = parts.db.prepare(
      'SELECT place, attempt, failing_since AS failingSince, body FROM messages WHERE place > ? AND place < ? ORDER BY place',
    );
    this.#firstDue = parts.db.prepare('SELECT due_at FROM delayed WHERE log = ? ORDER BY due_at LIMIT 1');
    this.#stopListening = parts.wakeUp.on(options.log, this.#soon);
    this.#stopStandingBy = awaitLock(options.lockPath, (lock) => {
      this.#lock = lock;
      this.#soon();
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
    this.#rest = []; // its row is not deleted: all of it comes again
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
    try {
      this.#watchTheClock();
      this.#fill();
    } catch {
      this.#wakeIn(retryMs);
    }
    const messages = this.#rest.splice(0, Math.max(0, this.#room));
    if (messages.length === 0) return;
    this.#inHand += messages.length;
    this.#options.onMessages(messages);
  };

  /** How many more messages may be taken in hand. Rows to be deleted count too: else a disk that takes no deletes would let them grow without bound. */
  get #room(): number {
    return this.#options.prefetch - this.#inHand - this.#finished.length;
  }

  /** Reads rows until there is enough to fill the hands. */
  #fill(): void {
    if (this.#rest.length >= this.#room) return;
    for (const row of this.#rows.iterate(this.#cursor, endOf(this.#options.log))) {
      this.#open(row);
      this.#cursor = row.place;
      if (this.#rest.length >= this.#room) return;
    }
  }

  #open(row: Row): void {
    const held: Held = { place: row.place, left: 0, letters: [] };
    const { messages, letters } = this.#options.open(row, () => {
      held.left += 1;
      let acked = false;
      return () => {
        if (acked) return;
        acked = true;
        this.#ack(held);
      };
    });
    held.letters = letters;
    if (held.left === 0) this.#finish(held);
    else for (const message of messages) this.#rest.push(message);
  }

  #ack(held: Held): void {
    if (this.#closed) return;
    this.#inHand -= 1;
    held.left -= 1;
    if (held.left === 0) this.#finish(held);
    else this.#releaseWhenIdle();
    this.#soon();
  }

  /** Deletes a row with the next group of writes. */
  #finish(held: Held): void {
    this.#finished.push(held);
    this.#writeDeletes();
  }

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

  #writeDeletes(): void {
    if (this.#deleteQueued || this.#closed) return;
    this.#deleteQueued = true;
    const { logs, writer } = this.#parts;
    const { deadLetters } = this.#options;
    writer.add({
      durable: false,
      write: () => {
        for (const { place, letters } of this.#finished) {
          for (const body of letters) logs.append(deadLetters, { attempt: 0, failingSince: null, body });
          if (letters.length > 0) writer.touched.add(deadLetters);
          logs.remove(place);
        }
      },
      done: () => {
        this.#finished = [];
        this.#deleteQueued = false;
        this.#soon();
        this.#releaseWhenIdle();
      },
      failed: () => {
        this.#deleteQueued = false;
        setTimeout(() => this.#writeDeletes(), retryMs).unref();
      },
    });
  }

  #releaseWhenIdle(): void {
    if (!this.#stopped || this.#inHand > 0 || this.#finished.length > 0) return;
    this.#lock?.release();
    this.#lock = undefined;
  }
}
