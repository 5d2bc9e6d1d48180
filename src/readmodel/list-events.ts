import type { Database } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';
import type { JournalEvent } from './order-fold.ts';

/** An event of an order, with its place among all events, as the journal had them. */
export type NumberedEvent = JournalEvent & { eventNo: number };

type Stored = [eventNo: number, id: string, key: string, type: string, at: number, data: string];

const columns = 'event_no, event_id, order_id, type, at, data';

const eventOf = ([eventNo, id, key, type, at, data]: Stored): NumberedEvent => ({
  eventNo,
  id,
  key,
  type,
  at,
  data: JSON.parse(data),
});

/** What has happened to one order, in the order of the journal? */
export const eventsOf = (db: Database, orderId: string): NumberedEvent[] =>
  (
    prepared(db, `SELECT ${columns} FROM orders JOIN timeline USING (order_no) WHERE order_id = ? ORDER BY event_no`)
      .raw()
      .all(orderId) as Stored[]
  ).map(eventOf);

/** What has happened since event `eventNo` to those orders that `isWanted` names? At most `limit` events are looked at. */
export function eventsSince(
  db: Database,
  eventNo: number,
  isWanted: (orderId: string) => boolean,
  limit: number,
): { events: NumberedEvent[]; last: number; more: boolean } {
  const rows = prepared(
    db,
    `SELECT ${columns} FROM timeline JOIN orders USING (order_no) WHERE event_no > ? ORDER BY event_no LIMIT ?`,
  )
    .raw()
    .all(eventNo, limit) as Stored[];
  const events = rows.filter(([, , orderId]) => isWanted(orderId)).map(eventOf);
  return { events, last: rows.at(-1)?.[0] ?? eventNo, more: rows.length === limit };
}

/** Which event is the last one? `eventNo` 0 where there is none. */
export const lastEvent = (db: Database): { eventNo: number; id: string } =>
  (prepared(db, 'SELECT event_no AS eventNo, event_id AS id FROM timeline ORDER BY event_no DESC LIMIT 1').get() as
    | { eventNo: number; id: string }
    | undefined) ?? { eventNo: 0, id: '' };

/** The id of the event with this number, if there is one. */
export const eventNumbered = (db: Database, eventNo: number): string | undefined =>
  prepared(db, 'SELECT event_id FROM timeline WHERE event_no = ?').pluck().get(eventNo) as string | undefined;
