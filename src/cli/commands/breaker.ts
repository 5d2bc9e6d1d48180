import { listBreakerChanges } from '../../readmodel/list-breaker-changes.ts';
import { parseCount } from '../arguments.ts';
import { query } from '../client.ts';
import { print, printJson, say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { clock, table } from '../show.ts';

/** `baedal breaker` */
export async function breaker(settings: Settings, flags: { limit: string }): Promise<void> {
  const limit = parseCount(flags.limit, 'The limit', 10_000);
  const changes = await query(settings, (db) => listBreakerChanges(db, limit));
  if (settings.json) return printJson(changes);
  if (changes.length === 0) return say('The breaker has never opened.');
  const rows = changes.map(({ at, partner, state, reason }) => [clock(at), partner, state, reason]);
  print(table(['TIME', 'PARTNER', 'STATE', 'WHY'], rows));
}
