import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../../sqlite/open-database.ts';
import type { JournalEntry } from '../broker.ts';
import { decodeAny } from '../codec.ts';
import { endOf, numberOf, placeOf } from './schema.ts';
import type { WakeUp } from './wake-up.ts';

/** The most entries given at once. */
const batchSize = 500;

/** How long to wait after a failed read, milliseconds. */
const retryMs = 250;

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
    const rows = db.prepare<[number, number, number], { place: number; body: Buffer }>(
      'SELECT place, body FROM journal WHERE place >= ? AND place < ? ORDER BY place LIMIT ?',
    );
    const read = (place: number) => rows.all(place, endOf(journal), batchSize);
    void this.#follow(read, placeOf(journal, from), onEntries);
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening();
    this.#wake?.();
  }

  async #follow(
    read: (place: number) => { place: number; body: Buffer }[],
    from: number,
    onEntries: (entries: JournalEntry[]) => void | Promise<void>,
  ): Promise<void> {
    let place = from;
    while (true) {
      await nextTurn(); // a long journal must not keep everyone else waiting
      if (this.#stopped) return;
      this.#rung = false;
      let rows: { place: number; body: Buffer }[];
      try {
        rows = read(place);
      } catch {
        await this.#pause(retryMs);
        continue;
      }
      const last = rows.at(-1);
      if (!last) {
        await this.#pause();
        continue;
      }
      await onEntries(rows.map(entryOf));
      place = last.place + 1;
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

function entryOf({ place, body }: { place: number; body: Buffer }): JournalEntry {
  const offset = numberOf(place);
  try {
    return { offset, envelope: decodeAny(body) };
  } catch {
    return { offset };
  }
}
