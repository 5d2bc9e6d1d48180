/** One message waiting for its turn. */
export type Waiting = { readonly key: string };

/**
 * Messages that wait, first come first served, except that those of a held order wait aside until it is let go:
 * so an order has one message at a time in hand, a call to a partner included. Bounded by the consumer's prefetch.
 */
export class Mailbox<T extends Waiting> {
  /** What was let go or put back, before everything else. */
  private first: T[] = [];
  private ready: T[] = [];
  private readonly held = new Map<string, T[]>();

  /** How many could be taken now, at most. */
  get size(): number {
    return this.first.length + this.ready.length;
  }

  /** How many of them were neither let go nor put back: no answers, and nothing that waited behind a call. */
  get fresh(): number {
    return this.ready.length;
  }

  put(item: T): void {
    this.ready.push(item);
  }

  /** Takes up to `max` messages, oldest first; several of one order come in their order. */
  take(max: number): T[] {
    const taken: T[] = [];
    this.first = this.left(this.first, taken, max);
    this.ready = this.left(this.ready, taken, max);
    return taken;
  }

  /** Puts back what was taken, before everything else. */
  putBack(items: readonly T[]): void {
    this.first = [...items, ...this.first];
  }

  /** Forgets those that wait, in their turn or aside, and are `gone`. Returns how many. */
  drop(gone: (item: T) => boolean): number {
    let dropped = 0;
    const remaining = (items: readonly T[]) => {
      const kept = items.filter((item) => !gone(item));
      dropped += items.length - kept.length;
      return kept;
    };
    this.first = remaining(this.first);
    this.ready = remaining(this.ready);
    for (const [key, aside] of this.held) this.held.set(key, remaining(aside));
    return dropped;
  }

  /** From now on the order's messages wait aside. */
  hold(key: string): void {
    if (!this.held.has(key)) this.held.set(key, []);
  }

  /** Puts a message aside, behind the others of its held order. */
  park(item: T): void {
    this.held.get(item.key)?.push(item);
  }

  /** Lets the order go: `first`, if any, then what waited aside, before everything that was not let go before. */
  release(key: string, first: readonly T[] = []): void {
    const aside = this.held.get(key) ?? [];
    this.held.delete(key);
    this.first.push(...first, ...aside);
  }

  /** Takes from `items` until `taken` has `max`, and puts those of held orders aside. Returns what is left. */
  private left(items: T[], taken: T[], max: number): T[] {
    let read = 0;
    for (; read < items.length && taken.length < max; read++) {
      const item = items[read]!;
      const aside = this.held.get(item.key);
      if (aside) aside.push(item);
      else taken.push(item);
    }
    return read === 0 ? items : items.slice(read);
  }
}
