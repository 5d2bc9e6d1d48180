import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../sqlite/open-database.ts';
import { currentFile, currentName } from './files.ts';
import { countDead } from './list-dead-letters.ts';
import { type Position, positionOf } from './position.ts';

/** How a read model is. */
export type ReadModelFacts = Position & {
  /** Events of types that this version does not know, and some of the types. */
  strange: { count: number; types: string[] };
  /** Dead letters that nobody has decided on. */
  dead: number;
};

/** @param db a read model of this version */
export function examineReadModel(db: Database): ReadModelFacts {
  const count = db.prepare('SELECT count(*) FROM strange_events').pluck().get() as number;
  const types = db.prepare('SELECT DISTINCT type FROM strange_events LIMIT 5').pluck().all() as string[];
  return { ...positionOf(db), strange: { count, types }, dead: countDead(db) };
}

/** Which file of a data folder is the read model, whether it is there, and whether what names it names one. */
export function namedReadModel(folder: string): { file: string; exists: boolean; nameIsOdd: boolean } {
  const file = currentFile(folder);
  const pointer = join(folder, currentName);
  const nameIsOdd = existsSync(pointer) && readFileSync(pointer, 'utf8').trim() !== file;
  return { file, exists: existsSync(join(folder, file)), nameIsOdd };
}
