/** One message waiting for its turn. */
export type Waiting = { readonly key: string };

/**
 * Messages that wait, first come first served, except that those of a held order wait aside until it is let go:
 * so an order has one message at a time in hand, a call to a partner included. Bounded by the consumer's prefetch.
 */
export class Mailbox<T extends Waiting> {
  private ready: T[] = [];
  private readonly held = new Map<string, T[]>();

  /** How many could be taken now, at most. */
  get size(): number {
    return this.ready.length;
  }

  put(item: T): void {
    this.ready.push(item);
  }

  /** Takes up to `max` messages, oldest first; several of one order come in their order. */
  take(max: number): T[] {
    const taken: T[] = [];
    let read = 0;
    for (; read < this.ready.length && taken.length < max; read++) {
      const item = this.ready[read]!;
      const aside = this.held.get(item.key);
      if (aside) aside.push(item);
      else taken.push(item);
    }
    this.ready = read === this.ready.length ? [] : this.ready.slice(read);
    return taken;
  }

  /** Puts back what was taken, before everything else. */
  putBack(items: readonly T[]): void {
    this.ready = [...items, ...this.ready];
  }

  /** Forgets those that wait, in their turn or aside, and are `gone`. Returns how many. */
  drop(gone: (item: T) => boolean): number {
    let dropped = 0;
    const left = (items: readonly T[]) => {
      const kept = items.filter((item) => !gone(item));
      dropped += items.length - kept.length;
      return kept;
    };
    this.ready = left(this.ready);
    for (const [key, aside] of this.held) this.held.set(key, left(aside));
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

  /** Lets the order go: `first`, if any, then what waited aside, before everything else. */
  release(key: string, first: readonly T[] = []): void {
    const aside = this.held.get(key) ?? [];
    this.held.delete(key);
    if (first.length + aside.length > 0) this.ready = [...first, ...aside, ...this.ready];
  }
}
