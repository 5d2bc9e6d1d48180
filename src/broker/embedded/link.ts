import type { LinkState } from '../broker.ts';

/** Whether the database takes writes. There is no link to lose: it is up, or blocked by a full or failing disk until a write succeeds. */
export class Link {
  readonly #listeners = new Set<(link: LinkState) => void>();
  readonly #now: () => number;
  #current: LinkState;

  constructor(now: () => number) {
    this.#now = now;
    this.#current = { state: 'up', since: now() };
  }

  readonly set = (state: LinkState['state'], reason?: string): void => {
    if (state === this.#current.state) return;
    this.#current = { state, since: this.#now(), ...(reason !== undefined && { reason }) };
    for (const listener of this.#listeners) listener(this.#current);
  };

  on(listener: (link: LinkState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#current);
    return () => this.#listeners.delete(listener);
  }
}
