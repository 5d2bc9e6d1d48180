import type { Database } from '../sqlite/open-database.ts';
import { prepared } from '../sqlite/prepared.ts';

/** One message that was sent. `at` is epoch milliseconds; `position` counts up in the order they became known. */
export type NotificationView = {
  position: number;
  orderId: string;
  recipient: string;
  about: string;
  channel: string;
  text: string;
  at: number;
};

export type NotificationFilter = {
  orderId?: string;
  /** Only those after this position, default 0. */
  after?: number;
  /** The newest this many, default 50. */
  limit?: number;
};

/** What were people told? Oldest first. */
export function listNotifications(
  db: Database,
  { orderId, after = 0, limit = 50 }: NotificationFilter = {},
): NotificationView[] {
  const ofOrder = orderId === undefined ? '' : 'AND order_no = (SELECT order_no FROM orders WHERE order_id = @orderId)';
  const rows = prepared(
    db,
    `SELECT notification_no AS position, order_id AS orderId, recipient, about, channel, text, at
       FROM notifications JOIN orders USING (order_no)
       WHERE notification_no > @after ${ofOrder} ORDER BY notification_no DESC LIMIT @limit`,
  ).all({ after, orderId, limit }) as NotificationView[];
  return rows.reverse();
}
