import type { Database } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';

/** One change of a breaker between us and a partner. `at` is epoch milliseconds. */
export type BreakerChange = { partner: string; state: 'open' | 'half-open' | 'closed'; reason: string; at: number };

/** When was a partner left alone, and why? The newest `limit` changes (default 50), oldest first. */
export function listBreakerChanges(db: Database, limit = 50): BreakerChange[] {
  const rows = prepared(
    db,
    'SELECT partner, state, reason, at FROM breaker_changes ORDER BY at DESC, change_no DESC LIMIT ?',
  ).all(limit) as BreakerChange[];
  return rows.reverse();
}
