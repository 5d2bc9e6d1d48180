/** Ids remembered at most. */
const most = 10_000;

/**
 * The messages that were dealt with lately, outputs confirmed and all: when one of them comes again, nothing is owed any more. Without this
 * each copy of a message would be answered with a copy of everything that came of it, and copies would breed copies from one actor to the
 * next, just when a full queue or a lost link makes senders repeat themselves. (An answer may be owed again, to somebody who did not hear
 * it.) What is forgotten, or was dealt with by another process, is found in the store as ever.
 */
export class Settled {
  private readonly ids = new Set<string>();
  /** Goes on from where it was: one that begins anew each time would pass by everything that was forgotten. */
  private readonly oldest = this.ids.values();

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    this.ids.add(id);
    if (this.ids.size > most) this.ids.delete(this.oldest.next().value!);
  }
}
