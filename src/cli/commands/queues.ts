import { withBroker } from '../client.ts';
import { print, printJson } from '../print.ts';
import type { Settings } from '../settings.ts';
import { table, won } from '../show.ts';

/** `baedal queues` */
export async function queues(settings: Settings): Promise<void> {
  const depths = await withBroker(settings, (broker) => broker.depths());
  if (settings.json) return printJson(depths);
  const rows = depths.map(({ actor, partition, waiting, queue }) => [actor, String(partition), won(waiting), queue]);
  print(table(['ACTOR', 'PARTITION', 'WAITING', 'QUEUE'], rows, [1, 2]));
}
