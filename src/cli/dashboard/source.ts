import type { Menu } from '../../actors/menu.ts';
import type { LinkState, QueueDepth } from '../../broker/broker.ts';
import type { Behind } from '../../readmodel/position.ts';
import type { Database } from '../../sqlite/open-database.ts';
import type { SystemHealth } from '../heard.ts';

/** Something that went wrong while somebody watched. `at`: epoch milliseconds. */
export type LogLine = { at: number; text: string };

/** How things are that are not in the read model. */
export type Vitals = {
  /** The broker's address without its password, or what it is. */
  broker: string;
  link: LinkState;
  behind: Behind;
  /** What the processes tell of themselves; undefined until somebody could have been heard. */
  health?: SystemHealth;
  /** How much waits in each queue, as far as is known. */
  depths: readonly QueueDepth[];
  deadLetters: number;
  log: readonly LogLine[];
};

/** Where the dashboard looks. Everything here is quick, and disturbs nobody. */
export type Source = {
  ask<T>(question: (db: Database) => T): T;
  /** Another text whenever there may be something new to see. */
  version(): string;
  vitals(): Vitals;
  menu(): Menu;
};
