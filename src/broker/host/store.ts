import type { Answer, Call } from '../../actors/actor.ts';
import { BaedalError } from '../../errors.ts';
import type { Outgoing } from '../broker.ts';

/** What handling one message came to: kept, so that the same message again comes to exactly the same. */
export type Outcome = { outputs: Outgoing[]; answers: { to: string; data: Answer }[]; call?: Call };

/** An actor instance as it is stored; `version` counts its changes, 0 where there is none yet. */
export type Versioned<S> = { state: S; version: number };

/** Everything one batch changes. */
export type Batch<S> = {
  states: ReadonlyMap<string, Versioned<S>>;
  outcomes: ReadonlyMap<string, Outcome>;
  /** When, epoch milliseconds. */
  at: number;
};

/** Where an actor's instances live. Narrow on purpose, so that another database takes about a hundred lines. */
export interface Store<S> {
  /** The instances that there are among `keys`. */
  load(keys: readonly string[]): Promise<Map<string, Versioned<S>>>;
  /** The outcomes of those among `ids` that have been handled. */
  processed(ids: readonly string[]): Promise<Map<string, Outcome>>;
  /**
   * Stores the batch, all or nothing, so that it survives a crash. `version` is the one that was loaded.
   * @throws {Fenced} another process has written one of the instances since
   */
  commit(batch: Batch<S>): Promise<void>;
  /** Forgets outcomes older than `before`, epoch milliseconds, at most `limit` of them. Returns how many. */
  prune(before: number, limit: number): Promise<number>;
  close(): void;
}

/** Another process has taken this actor over. This one must stop. */
export class Fenced extends BaedalError {
  readonly code = 'fenced';
  readonly retry = false;
  constructor(actor: string, key: string) {
    super(`Another process has taken over the ${actor} actor (seen at order ${key}). This one stops.`);
  }
}
