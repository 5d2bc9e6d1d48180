import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../sqlite/open-database.ts';
import type { JournalEntry } from '../broker.ts';
import { type Body, unpackJournal } from '../codec.ts';
import { warnOf } from '../warn.ts';
import { endOf, numberOf, placeOf } from './schema.ts';
import type { WakeUp } from './wake-up.ts';

/** How many entries are given at once; more only to keep those together that were published together. */
const batchSize = 500;

/** How long to wait after a failed read, milliseconds. */
const retryMs = 250;

/** How long until entries are given again whose taker failed, milliseconds. */
const againMs = 1_000;

type JournalRow = { place: number; body: Body };

/** Entries, and the place from which to read on. */
type Batch = { entries: JournalEntry[]; next: number };

/** Gives the entries of a journal, from one of them on, and then those that are added. */
export class JournalReader {
  readonly #stopListening: () => void;
  #stopped = false;
  /** Something was added since the last read. */
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(
    db: Database,
    wakeUp: WakeUp,
    journal: number,
    from: number,
    onEntries: (entries: JournalEntry[]) => void | Promise<void>,
  ) {
    this.#stopListening = wakeUp.on(journal, () => {
      this.#rung = true;
      this.#wake?.();
    });
    const rows = db.prepare<[number, number], JournalRow>(
      'SELECT place, body FROM journal WHERE place >= ? AND place < ? ORDER BY place',
    );
    const read = (place: number): Batch => {
      const entries: JournalEntry[] = [];
      let next = place;
      for (const row of rows.iterate(place, endOf(journal))) {
        addEntries(entries, row);
        next = row.place + 1;
        if (entries.length >= batchSize) break;
      }
      return { entries, next };
    };
    void this.#follow(read, placeOf(journal, from), onEntries);
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening();
    this.#wake?.();
  }

  async #follow(
    read: (place: number) => Batch,
    from: number,
    onEntries: (entries: JournalEntry[]) => void | Promise<void>,
  ): Promise<void> {
    let place = from;
    while (true) {
      await nextTurn(); // a long journal must not keep everyone else waiting
      if (this.#stopped) return;
      this.#rung = false;
      let batch: Batch;
      try {
        batch = read(place);
      } catch {
        await this.#pause(retryMs);
        continue;
      }
      if (batch.entries.length === 0) {
        await this.#pause();
        continue;
      }
      try {
        await onEntries(batch.entries);
      } catch (thrown) {
        warnOf(thrown, 'The reader of the journal');
        await sleep(againMs, undefined, { ref: false });
        continue; // the same ones, until they are taken
      }
      place = batch.next;
    }
  }

  /** Until something is added, this is stopped, or `ms` milliseconds have passed. */
  async #pause(ms?: number): Promise<void> {
    if (this.#rung || this.#stopped) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (ms !== undefined) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }
}

/** Adds what one row holds: an entry a message, all at its offset. */
function addEntries(entries: JournalEntry[], { place, body }: JournalRow): void {
  const offset = numberOf(place);
  for (const one of unpackJournal(body))
    entries.push('envelope' in one ? { offset, envelope: one.envelope } : { offset });
}
