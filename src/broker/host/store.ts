import type { Answer, Call } from '../../actors/actor.ts';
import { BaedalError } from '../../errors.ts';
import type { Outgoing } from '../broker.ts';

/**
 * What handling one message came to: kept, so that the same message again comes to exactly the same. The outputs are of the message's order, made
 * when it was handled, and it is their cause.
 */
export type Outcome = { outputs: Outgoing[]; answers: { to: string; data: Answer }[]; call?: Call };

/** An actor instance as it is stored; `version` counts its changes, 0 where there is none yet. */
export type Versioned<S> = { state: S; version: number };

/** Everything one batch changes, and what it rests on. */
export type Batch<S> = {
  /** The new states, each with the version that was loaded. */
  states: ReadonlyMap<string, Versioned<S>>;
  /** The versions of the instances that were looked at and did not change; 0: there was none. */
  unchanged: ReadonlyMap<string, number>;
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
   * Stores the batch, all or nothing, so that it survives a crash.
   * @throws {Fenced} another process has written one of the instances, changed by this batch or not, since it was loaded
   */
  commit(batch: Batch<S>): Promise<void>;
  /** Forgets outcomes older than `before`, epoch milliseconds, at most `limit` of them. Returns how many. */
  prune(before: number, limit: number): Promise<number>;
  close(): void;
}

/** Another process has written an instance meanwhile, as after a take-over. What was decided on the old state does not count. */
export class Fenced extends BaedalError {
  readonly code = 'fenced';
  readonly retry = true;
  constructor(actor: string, key: string) {
    super(`Another process has written the ${actor} actor's order ${key} meanwhile.`);
  }
}
