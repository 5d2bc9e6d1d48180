import type { OrderStatus } from '../actors/messages.ts';
import { countByStatus } from '../readmodel/list-orders.ts';
import { listMinutes, msPerMinute } from '../readmodel/minutes.ts';
import type { Database } from '../sqlite/open-database.ts';
import { inFlight } from './statuses.ts';

/** How the whole place is doing. */
export type Overview = {
  inFlight: number;
  counts: Partial<Record<OrderStatus, number>>;
  /** Orders placed in the last sixty seconds, about; and in each of the last minutes, oldest first. */
  placedPerMinute: number;
  placed: readonly number[];
};

const minutesShown = 12;

/** @param now epoch milliseconds */
export function overviewOf(db: Database, now: number): Overview {
  const counts = countByStatus(db);
  const minutes = listMinutes(db, now, minutesShown);
  const placed = minutes.map((minute) => minute.placed);
  const [before = 0, current = 0] = placed.slice(-2);
  const passed = (now % msPerMinute) / msPerMinute;
  return {
    inFlight: inFlight.reduce((sum, status) => sum + (counts[status] ?? 0), 0),
    counts,
    placedPerMinute: Math.round(current + before * (1 - passed)),
    placed,
  };
}
