import type { Menu } from '../../actors/menu.ts';
import type { LinkState } from '../../broker/broker.ts';
import type { Behind } from '../../readmodel/position.ts';
import type { Database } from '../../sqlite/open-database.ts';
import type { Piece } from './fit.ts';

/** Something that went wrong while somebody watched. `at`: epoch milliseconds. */
export type LogLine = { at: number; text: string };

/** How things are that are not in the read model. */
export type Vitals = {
  /** The broker's address without its password, or what it is. */
  broker: string;
  link: LinkState;
  behind: Behind;
  /** The actors in a few words, for the head of every screen. */
  actors: readonly Piece[];
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
