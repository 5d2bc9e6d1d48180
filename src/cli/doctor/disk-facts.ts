import type { EmbeddedFacts } from '../../broker/embedded/examine.ts';
import type { ReadModelFacts } from '../../readmodel/examine.ts';
import type { Settings } from '../settings.ts';

/** Where everything of this broker is kept. Sizes are in bytes. */
export type FolderFacts = {
  path: string;
  exists: boolean;
  /** The folder itself, or the nearest one above it that there is. */
  nearest: string;
  /** Why nothing can be written there; missing where it can. */
  notWritable?: string;
  /** Whether others than its owner may look into it. */
  shared: boolean;
  /** The number by which Linux knows the kind of file system. */
  fileSystem: number;
  freeBytes: number;
};

/** Why a database could not be read, with what to do, and whether it is because it is damaged. */
export type Unreadable = { message: string; damaged: boolean };

/** One database file. Sizes are in bytes. */
export type DatabaseFacts = {
  /** Relative to the data folder. */
  name: string;
  path: string;
  bytes: number;
  walBytes: number;
  /** Whether somebody has it open, or had when it crashed. */
  open: boolean;
  wal?: boolean;
  writable: boolean;
  /** The version of its schema, and the one that this program brings it to. */
  version?: number;
  known: number;
  unreadable?: Unreadable;
  /** Why it was not looked into. */
  notLookedInto?: string;
};

/** Everything that the disk says. What is missing could not be found out, see `failures`. */
export type DiskFacts = {
  /** The name of the data folder, and the address of our own payment provider, where they are written there. */
  place?: { home?: string; pspAddress?: string };
  sqlite?: { version: string; journalMode: string; synchronous: number };
  folder?: FolderFacts;
  catalog?: { stores: number; items: number; from: string };
  /** Stores of the menu that was last taken into service; null where none was. */
  menu?: { stores: number } | null;
  /** Names of the locks that somebody holds: of actors, queues, the read model; files that cannot be looked at; and those of strangers. */
  locks?: { held: string[]; unusable: { path: string; why: string }[]; strange: string[] };
  databases?: DatabaseFacts[];
  readModel?: { file: string; exists: boolean; nameIsOdd: boolean; facts?: ReadModelFacts };
  embedded?: EmbeddedFacts;
  /** What is wrong inside of each database that was read through; null where nothing is. */
  faults?: Record<string, Unreadable | null>;
};

export type Topic = keyof DiskFacts;

/** Why a topic could not be found out, with what to do where it is one of our errors. */
export type Failures = Partial<Record<Topic, { message: string; code?: string }>>;

/** What the process that looks at the disk is told. */
export type ToProbe = { settings: Settings | undefined };

/** What the process that looks at the disk tells. */
export type FromProbe =
  | { topic: Topic; value: DiskFacts[Topic] }
  | { topic: Topic; failure: { message: string; code?: string } };
