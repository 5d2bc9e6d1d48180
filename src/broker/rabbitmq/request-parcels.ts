import type { Outgoing } from '../broker.ts';
import type { Envelope } from '../envelope.ts';
import { pack } from '../parcels.ts';
import type { Topology } from '../topology.ts';
import type { Publication } from './batch.ts';
import { publicationOf } from './outgoing.ts';

type Asked = { resolve(): void; reject(cause: unknown): void };

/** Lets the requests of one turn of the event loop travel together: who asks for many people at once says it all in one breath. */
export class RequestParcels {
  readonly #topology: Topology;
  readonly #now: () => number;
  readonly #store: (publications: readonly Publication[]) => Promise<void>;
  #waiting = new Map<Outgoing, Asked>();

  constructor(topology: Topology, now: () => number, store: (publications: readonly Publication[]) => Promise<void>) {
    this.#topology = topology;
    this.#now = now;
    this.#store = store;
  }

  /**
   * Resolves once it is stored.
   * @throws as `Storage.store`, of this request and those that travelled with it
   */
  store(envelope: Envelope): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) setImmediate(this.#flush);
      this.#waiting.set({ envelope }, { resolve, reject });
    });
  }

  readonly #flush = (): void => {
    const asked = this.#waiting;
    this.#waiting = new Map();
    for (const parcel of pack(this.#topology, [...asked.keys()])) {
      // Each by itself: a parcel is stored as a whole or not at all, so that what is said of it is true of every request in it.
      const stored = this.#store([publicationOf(this.#topology, parcel, this.#now())]);
      for (const message of parcel.messages) stored.then(asked.get(message)!.resolve, asked.get(message)!.reject);
    }
  };
}
