import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Menu } from '../../actors/menu.ts';
import { BaedalError, reasonOf } from '../../errors.ts';
import { openDatabase } from '../../sqlite/open-database.ts';
import { catalogOf, menuFile } from '../menu-in-use.ts';
import { folderOf, topology, transportOf } from '../open-broker.ts';
import { addressFile } from '../own-psp.ts';
import { type Settings, shippedCatalog } from '../settings.ts';
import type { DiskFacts, FromProbe, ToProbe, Topic } from './disk-facts.ts';
import { faultOf, lookAtBroker, lookAtDatabases, lookAtReadModel } from './look-at-databases.ts';
import { lookAtFolder, lookAtLocks, lookForNames } from './look-at-folder.ts';

/**
 * A process of its own, which looks at all that a disk or a native library may hang or crash at: `runDiskProbe` starts it, and ends it
 * where it takes too long. It tells what it finds as it goes, what takes long last.
 */
function probe(settings: Settings): void {
  const folder = folderOf(settings);
  const queues = topology(settings);
  tell('place', () => lookForNames(folder, addressFile(settings)));
  tell('folder', () => lookAtFolder(folder));
  tell('catalog', () => {
    const { stores } = catalogOf(settings);
    const items = stores.reduce((sum, store) => sum + store.items.length, 0);
    return { stores: stores.length, items, from: settings.catalog ?? shippedCatalog };
  });
  tell('menu', () => {
    const file = menuFile(settings);
    return existsSync(file) ? { stores: (JSON.parse(readFileSync(file, 'utf8')) as Menu).stores.length } : null;
  });
  tell('locks', () => lookAtLocks(folder));
  const databases = tell('databases', () => lookAtDatabases(folder, queues)) ?? [];
  tell('readModel', () => lookAtReadModel(folder));
  if (transportOf(settings) === 'embedded') tell('embedded', () => lookAtBroker(folder, queues));
  const faults: DiskFacts['faults'] = {};
  for (const { name, path, version } of databases) {
    if (version === undefined) continue;
    tell('faults', () => {
      faults[name] = faultOf(path);
      return faults;
    });
  }
}

function tell<T extends Topic>(topic: T, look: () => DiskFacts[T]): DiskFacts[T] | undefined {
  try {
    const value = look();
    send({ topic, value });
    return value;
  } catch (thrown) {
    const code = thrown instanceof BaedalError ? thrown.code : undefined;
    send({ topic, failure: { message: reasonOf(thrown), ...(code !== undefined && { code }) } });
    return undefined;
  }
}

const send = (message: FromProbe) => void process.send?.(message);

/** Opens a database as the program does, in the folder for temporary files, and asks what came of it. */
function trySqlite(): NonNullable<DiskFacts['sqlite']> {
  const scratch = mkdtempSync(join(tmpdir(), 'baedal-doctor-'));
  try {
    const db = openDatabase(join(scratch, 'scratch.sqlite'), { schema: ['CREATE TABLE tried (n INTEGER);'] });
    const facts = {
      version: db.prepare('SELECT sqlite_version()').pluck().get() as string,
      journalMode: db.pragma('journal_mode', { simple: true }) as string,
      synchronous: db.pragma('synchronous', { simple: true }) as number,
    };
    db.close();
    return facts;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

process.once('message', ({ settings }: ToProbe) => {
  tell('sqlite', trySqlite);
  if (settings) probe(settings);
  process.disconnect();
});
