import { setTimeout as sleep } from 'node:timers/promises';
import { BaedalError } from '../errors.ts';
import type { Entry, Projection } from './projection.ts';

/** Where the events come from; the broker, as seen from here. */
export type Journal = {
  /** Entries that could not be taken, because `onEntries` threw, are given again. */
  readJournal(from: number, onEntries: (entries: Entry[]) => void | Promise<void>): Promise<{ stop(): Promise<void> }>;
  journalEnd(): Promise<number>;
};

/** Entries of the journal were trimmed before they were read. What is in the journal is folded all the same. */
export class JournalTrimmed extends BaedalError {
  readonly code = 'journal-trimmed';
  readonly retry = false;
  constructor(
    readonly from: number,
    readonly to: number,
  ) {
    super(
      `The journal begins at entry ${to}: entries ${from} to ${to - 1} were trimmed before they were read here. Orders of that time may be missing or show an old status. A data folder that has read them can be copied here.`,
    );
  }
}

/** The journal gives nothing where there should be something. */
export class JournalSilent extends BaedalError {
  readonly code = 'journal-silent';
  readonly retry = true;
  constructor(next: number, end: number, forMs: number) {
    super(
      `The journal gave nothing for ${forMs / 1_000} s, though entries ${next} to ${end - 1} are to be read. Either the broker is away, or they are gone.`,
    );
  }
}

/**
 * Takes entries in for a projection. The first ones show whether the journal still has what comes next.
 * @param onGap told where it has not; then the gap is noted, and the folding goes on behind it
 */
export function intake(projection: Projection, onGap: (gap: JournalTrimmed) => void): (entries: Entry[]) => void {
  let first = true;
  return (entries) => {
    const begins = entries[0]?.offset;
    const { next } = projection;
    if (first && begins !== undefined && begins > next) {
      projection.skipTo(begins);
      onGap(new JournalTrimmed(next, begins));
    }
    first = false;
    projection.apply(entries);
  };
}

export type FoldOptions = {
  /** How long at most, milliseconds, default for ever. */
  withinMs?: number;
  /** How long the journal may give nothing, milliseconds, default 30,000. */
  silentMs?: number;
  signal?: AbortSignal;
  onGap(gap: JournalTrimmed): void;
  /** Told of the entries that were folded. */
  onFolded?(entries: readonly Entry[]): void;
};

/**
 * Folds what the journal has below offset `end`, and nothing from there on.
 * @returns whether it got there: not where the time was up or the signal came
 * @throws {JournalSilent} or what the projection throws
 */
export async function foldUpTo(
  journal: Journal,
  projection: Projection,
  end: number,
  { withinMs = Number.POSITIVE_INFINITY, silentMs = 30_000, signal, onGap, onFolded }: FoldOptions,
): Promise<boolean> {
  if (projection.next >= end) return true;
  let failure: unknown;
  let done = false;
  let heardAt = Date.now();
  const take = intake(projection, onGap);
  const subscription = await journal.readJournal(projection.next, (entries) => {
    if (done || failure !== undefined) return;
    heardAt = Date.now();
    const wanted = entries.filter(({ offset }) => offset < end);
    try {
      take(wanted);
      onFolded?.(wanted);
    } catch (error) {
      failure = error;
    }
    done = projection.next >= end || wanted.length < entries.length;
  });
  try {
    const giveUpAt = Date.now() + withinMs;
    while (!done && failure === undefined && Date.now() < giveUpAt && !signal?.aborted) {
      if (Date.now() - heardAt > silentMs) throw new JournalSilent(projection.next, end, silentMs);
      await sleep(2);
    }
  } finally {
    await subscription.stop();
  }
  if (failure !== undefined) throw failure;
  return done;
}
