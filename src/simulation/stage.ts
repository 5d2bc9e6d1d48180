import type { FaultyActor, ProviderKnobs } from './script.ts';

export type Charges = { decided: number; inHand: number };

/** What faults are made to. Every method resolves once it is done, and throws where it cannot be. */
export type Stage = {
  /** Ends the process of an actor: what it has in hand is finished first. */
  stop(actor: FaultyActor): Promise<void>;
  /** Kills it with -9. */
  kill(actor: FaultyActor): Promise<void>;
  /** Starts it again. */
  start(actor: FaultyActor): Promise<void>;
  /** How the payment provider is from now on. */
  provider(knobs: ProviderKnobs): Promise<void>;
  restartBroker(): Promise<void>;
  /** Charges that the payment provider has decided since it started, and what it has in hand. */
  charges(): Promise<Charges>;
};
