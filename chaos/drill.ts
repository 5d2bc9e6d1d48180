import type { Figure } from '../bench/figures.ts';
import type { Brokers } from './brokers.ts';

export const brokerKinds = ['embedded', 'rabbitmq'] as const;
export type BrokerKind = (typeof brokerKinds)[number];

/** How long and how hard a drill is. */
export type Length = {
  /** How often the fault is made. */
  rounds: number;
  /** Orders a second. */
  rate: number;
  /** How long it watches, minutes. */
  minutes: number;
  /** Messages that are put somewhere. */
  messages: number;
  /** Command lines that are tried. */
  invocations: number;
  /** Two runs of one seed do the same, as far as that is in their hands. */
  seed: number;
  /** The brokers that it is run on, one after the other. */
  brokers: readonly BrokerKind[];
};

/** Where a drill takes place. */
export type Ground = {
  brokers: Brokers;
  /** Told how it goes on. */
  say(line: string): void;
};

/** What a drill came to. */
export type Report = {
  figures: Figure[];
  /** The promises that were not kept, a sentence each; none where all is well. */
  broken: string[];
};

/** A real fault on real processes, and the promises that must hold all the same. `L`: what can be said about its length. */
export type Drill<L extends keyof Length = keyof Length> = {
  name: string;
  /** What it does, in one sentence. */
  what: string;
  /** How long it is unless told otherwise; what is not in here means nothing to it. */
  usual: Pick<Length, L>;
  run(length: Pick<Length, L>, ground: Ground): Promise<Report>;
};
