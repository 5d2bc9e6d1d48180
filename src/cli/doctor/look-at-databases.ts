import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { brokerVersion, type EmbeddedFacts, examineEmbedded } from '../../broker/embedded/examine.ts';
import { storeVersion } from '../../broker/host/sqlite-store.ts';
import type { Topology } from '../../broker/topology.ts';
import { BaedalError, reasonOf } from '../../errors.ts';
import { sentVersion } from '../../partners/sent-ledger.ts';
import { examineReadModel, namedReadModel } from '../../readmodel/examine.ts';
import { readModelVersion } from '../../readmodel/schema.ts';
import { faultIn, openToLook, outsideOf } from '../../sqlite/look.ts';
import type { Database } from '../../sqlite/open-database.ts';
import type { DatabaseFacts, DiskFacts, Unreadable } from './disk-facts.ts';

type Known = { name: string; known: number };

const brokerFile = 'broker.sqlite';

/** The databases that there are in a data folder, of those that the platform makes. */
function databasesIn(folder: string, topology: Topology): Known[] {
  const all: Known[] = [
    { name: brokerFile, known: brokerVersion },
    ...topology.queues.map(({ actor, partition }) => ({
      name: join('actors', `${actor}.${partition}.sqlite`),
      known: storeVersion,
    })),
    { name: 'notifications.sqlite', known: sentVersion },
    { name: namedReadModel(folder).file, known: readModelVersion },
  ];
  return all.filter(({ name }) => existsSync(join(folder, name)));
}

/** Each database from outside, and its version. */
export const lookAtDatabases = (folder: string, topology: Topology): DatabaseFacts[] =>
  databasesIn(folder, topology).map((one) => lookAt(folder, one));

function lookAt(folder: string, { name, known }: Known): DatabaseFacts {
  const path = join(folder, name);
  const facts: DatabaseFacts = { name, path, known, bytes: 0, walBytes: 0, open: false, writable: isWritable(path) };
  try {
    Object.assign(facts, outsideOf(path));
    const version = using(path, (db) => db.pragma('user_version', { simple: true }) as number);
    if (version !== undefined) return { ...facts, version };
    const why =
      facts.walBytes > 0
        ? 'it was not closed, and the next who opens it takes in what is in its log'
        : 'it is too large to be read while nobody has it open';
    return { ...facts, notLookedInto: why };
  } catch (thrown) {
    return { ...facts, unreadable: whyUnreadable(path, thrown) };
  }
}

/** What keeps a file from being read, whatever was thrown: the others are looked at all the same. */
function whyUnreadable(path: string, thrown: unknown): Unreadable {
  if (thrown instanceof BaedalError) return { message: thrown.message, damaged: thrown.code === 'data-damaged' };
  return { message: `${path} cannot be read (${reasonOf(thrown)}). Move away what is not a database.`, damaged: false };
}

/** What the read model says of itself; without facts where there is none, or one of another version. */
export function lookAtReadModel(folder: string): NonNullable<DiskFacts['readModel']> {
  const named = namedReadModel(folder);
  const facts = named.exists && using(join(folder, named.file), ofVersion(readModelVersion, examineReadModel));
  return facts ? { ...named, facts } : named;
}

/** What the embedded broker says of itself; undefined where there is none, or one of another version. */
export function lookAtBroker(folder: string, topology: Topology): EmbeddedFacts | undefined {
  const path = join(folder, brokerFile);
  if (!existsSync(path)) return undefined;
  return using(
    path,
    ofVersion(brokerVersion, (db) => examineEmbedded(db, topology)),
  );
}

/** What is wrong inside of a database, or null. */
export function faultOf(path: string): Unreadable | null {
  try {
    const fault = using(path, (db) => faultIn(db, path));
    return fault === undefined ? null : { message: fault, damaged: true };
  } catch (thrown) {
    return whyUnreadable(path, thrown);
  }
}

const ofVersion =
  <T>(version: number, look: (db: Database) => T) =>
  (db: Database): T | undefined =>
    db.pragma('user_version', { simple: true }) === version ? look(db) : undefined;

function using<T>(path: string, look: (db: Database) => T): T | undefined {
  const db = openToLook(path);
  if (!db) return undefined;
  try {
    return look(db);
  } finally {
    db.close();
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
