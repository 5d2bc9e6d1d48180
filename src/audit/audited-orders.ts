import type { OrderStatus } from '../actors/messages.ts';
import type { Database } from '../sqlite/open-database.ts';

/** One order with all that an audit needs of its story. Times are epoch milliseconds, money won. */
export type AuditedOrder = {
  orderId: string;
  customerId: string | null;
  storeId: string | null;
  status: OrderStatus;
  totalWon: number | null;
  paidWon: number;
  refundedWon: number;
  payBy: number | null;
  receivedAt: number;
  changedAt: number;
  /** How often it happened. */
  placings: number;
  approvals: number;
  refunds: number;
  unknowns: number;
  voids: number;
  /** By when the payment had to be decided; when it was placed, its outcome became unknown, it was last being cancelled. */
  answerBy: number | null;
  placedAt: number | null;
  unknownAt: number | null;
  cancellingAt: number | null;
  /** Each event as `<type>` or `<type> <attempt>`, and each message as `<recipient> <about>`, a line each. */
  events: string | null;
  told: string | null;
};

/** The newest time of a type of event. */
const when = (type: string) => `max(CASE type WHEN '${type}' THEN at END)`;

const sql = `
  SELECT order_id AS orderId, customer_id AS customerId, store_id AS storeId, status, total_won AS totalWon, paid_won AS paidWon,
         refunded_won AS refundedWon, pay_by AS payBy, received_at AS receivedAt, changed_at AS changedAt,
         coalesce(placings, 0) AS placings, coalesce(approvals, 0) AS approvals, coalesce(refunds, 0) AS refunds,
         coalesce(unknowns, 0) AS unknowns, coalesce(voids, 0) AS voids,
         answerBy, placedAt, unknownAt, cancellingAt, events, told
  FROM orders
  LEFT JOIN (
    SELECT order_no,
           sum(type = 'OrderPlaced') AS placings, sum(type = 'PaymentApproved') AS approvals,
           sum(type = 'PaymentRefunded') AS refunds, sum(type = 'PaymentUnknown') AS unknowns, sum(type = 'PaymentVoided') AS voids,
           max(CASE type WHEN 'OrderReceived' THEN data ->> '$.answerBy' END) AS answerBy,
           ${when('OrderPlaced')} AS placedAt, ${when('PaymentUnknown')} AS unknownAt, ${when('OrderCancelling')} AS cancellingAt,
           group_concat(type || coalesce(' ' || (data ->> '$.attempt'), ''), char(10)) AS events
    FROM timeline GROUP BY order_no
  ) USING (order_no)
  LEFT JOIN (
    SELECT order_no, group_concat(recipient || ' ' || about, char(10)) AS told FROM notifications GROUP BY order_no
  ) USING (order_no)
  ORDER BY order_no`;

/** Every order there is, one after the other, oldest first. */
export const auditedOrders = (db: Database): IterableIterator<AuditedOrder> =>
  db.prepare(sql).iterate() as IterableIterator<AuditedOrder>;

/** When the first order was received, epoch milliseconds; undefined where there is none. */
export const firstOrderAt = (db: Database): number | undefined =>
  (db.prepare('SELECT min(received_at) FROM orders').pluck().get() as number | null) ?? undefined;

/** Whether it stands: it was placed, and neither refused nor cancelled. */
export const stands = ({ placings, status }: AuditedOrder): boolean =>
  placings > 0 && !['rejected', 'refused', 'cancelled'].includes(status);
