import type { Store, Versioned } from './store.ts';

/** Instances kept at hand at most. */
const most = 20_000;

/**
 * The instances that were in use lately, so that an order's next message finds its state without the store. What is kept
 * here may be behind only if another process has written it, and then the commit is fenced.
 */
export class Instances<S> {
  private readonly recent = new Map<string, Versioned<S>>();
  /** Goes on from where it was; all that is at hand lies ahead of it. */
  private readonly oldest = this.recent.keys();

  constructor(private readonly store: Store<S>) {}

  /** Those of `keys` that there are; a map of its own for the caller to change. */
  async load(keys: ReadonlySet<string>): Promise<Map<string, Versioned<S>>> {
    const found = new Map<string, Versioned<S>>();
    const missing: string[] = [];
    for (const key of keys) {
      const known = this.recent.get(key);
      if (known) found.set(key, known);
      else missing.push(key);
    }
    if (missing.length > 0) for (const [key, loaded] of await this.store.load(missing)) found.set(key, loaded);
    return found;
  }

  /** Takes in what has been committed; what came first is let go. */
  keep(committed: ReadonlyMap<string, Versioned<S>>): void {
    for (const [key, { state, version }] of committed) this.recent.set(key, { state, version: version + 1 });
    while (this.recent.size > most) this.recent.delete(this.oldest.next().value!);
  }

  forget(): void {
    this.recent.clear();
  }
}
