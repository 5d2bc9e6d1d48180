import { join } from 'node:path';
import type { Broker } from '../../src/broker/broker.ts';
import { openEmbedded } from '../../src/broker/embedded/embedded-broker.ts';
import { schema } from '../../src/broker/embedded/schema.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { topologyOf } from '../../src/broker/topology.ts';
import type { JournalEvent } from '../../src/readmodel/order-fold.ts';
import { openDatabase } from '../../src/sqlite/open-database.ts';
import { tempFolder } from '../harness/temp-folder.ts';

/** A data folder with a real journal in it. */
export async function journalStage() {
  const folder = tempFolder();
  const broker = await openEmbedded({ folder: folder.path, topology: topologyOf([], 'test'), now: Date.now });
  return {
    folder: folder.path,
    broker,
    /** Puts events into the journal, each an entry of its own. */
    publish: (events: readonly JournalEvent[]) => publish(broker, events),
    /** Removes the first `count` entries of the journal, as a broker that keeps only so much would. */
    trim: (count: number) => {
      const db = openDatabase(join(folder.path, 'broker.sqlite'), { schema });
      db.exec(`DELETE FROM journal WHERE place IN (SELECT place FROM journal ORDER BY place LIMIT ${count})`);
      db.close();
    },
    end: async () => {
      await broker.close();
      folder.remove();
    },
  };
}

export type JournalStage = Awaited<ReturnType<typeof journalStage>>;

async function publish(broker: Broker, events: readonly JournalEvent[]): Promise<void> {
  for (const event of events) await broker.publish([{ envelope: event as unknown as Envelope }]);
}
