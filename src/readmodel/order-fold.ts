import {
  type EventType,
  type Forward,
  type Name,
  type OrderStatus,
  type PricedLine,
  waysForward,
} from '../actors/messages.ts';

/** One event as the journal gives it. The type may be one that this version does not know. */
export type JournalEvent = { id: string; type: string; key: string; at: number; data: Record<string, unknown> };

/** What is known of one order. */
export type OrderRow = {
  orderId: string;
  customerId: string | null;
  storeId: string | null;
  storeName: Name | null;
  lines: PricedLine[] | null;
  totalWon: number | null;
  /** Index into the ways forward: the furthest it has come. */
  progress: number;
  /** The latest cancellation that was asked for, and the latest that was settled; the same where none is open. */
  cancelAsked: number;
  cancelSettled: number;
  /** How it ended without being delivered. */
  ended: 'rejected' | 'refused' | 'cancelled' | null;
  reason: string | null;
  riderId: string | null;
  paidWon: number;
  refundedWon: number;
  /** Until when it waits to be paid, if it was put off, epoch milliseconds. */
  payBy: number | null;
  receivedAt: number;
  /** 0 where nothing that is known of it has changed it yet. */
  changedAt: number;
};

export const unknownOrder = (orderId: string, at: number): OrderRow => ({
  orderId,
  customerId: null,
  storeId: null,
  storeName: null,
  lines: null,
  totalWon: null,
  progress: 0,
  cancelAsked: 0,
  cancelSettled: 0,
  ended: null,
  reason: null,
  riderId: null,
  paidWon: 0,
  refundedWon: 0,
  payBy: null,
  receivedAt: at,
  changedAt: 0, // whatever came first, be it only a message to somebody, must leave no mark
});

/** The status an order shows. */
export function statusOf(row: OrderRow): OrderStatus {
  if (row.ended) return row.ended;
  if (row.cancelAsked > row.cancelSettled) return 'cancelling';
  return row.progress === 0 && row.payBy !== null ? 'payment-deferred' : waysForward[row.progress]!;
}

/**
 * Folds an event into its order. Every change is a maximum, a minimum or a value that only one event sets: so any order of
 * events, and any repetition, comes to the same row.
 * @returns the row itself where the event changes nothing in it
 */
export function foldOrder(row: OrderRow, event: JournalEvent): OrderRow {
  const fold = folds[event.type as EventType];
  if (!fold && event.at >= row.receivedAt) return row;
  const next = { ...row, receivedAt: Math.min(row.receivedAt, event.at) };
  return fold ? fold({ ...next, changedAt: Math.max(row.changedAt, event.at) }, event.data as never) : next;
}

// biome-ignore lint/suspicious/noExplicitAny: the codec checked the data when it was published
type Fold = (row: OrderRow, data: any) => OrderRow;

const come =
  (to: Forward): Fold =>
  (row) => ({ ...row, progress: Math.max(row.progress, waysForward.indexOf(to)) });
/** What an order is never changes, so what is known of it stays. */
const details: Fold = (row, { customerId, storeId, storeName, lines, totalWon }) =>
  row.lines ? row : { ...row, customerId, storeId, storeName, lines, totalWon };
/** What was captured without anybody hearing of it shows when it is given back. */
const refunded: Fold = (row, { amountWon }) => ({
  ...row,
  paidWon: Math.max(row.paidWon, amountWon),
  refundedWon: Math.max(row.refundedWon, amountWon),
});
const settled = (row: OrderRow, attempt: number) => ({ ...row, cancelSettled: Math.max(row.cancelSettled, attempt) });
const withRider =
  (to: Forward): Fold =>
  (row, data) => ({ ...come(to)(row, data), riderId: data.riderId });

const folds: { [T in EventType]?: Fold } = {
  OrderReceived: details,
  OrderPlaced: (row, data) => come('placed')(details(row, data), data),
  PaymentApproved: (row, { amountWon }) => ({ ...row, paidWon: Math.max(row.paidWon, amountWon) }),
  PaymentVoided: refunded,
  PaymentRefunded: refunded,
  OrderDeferred: (row, { payBy }) => ({ ...row, payBy }),
  OrderRejected: (row, { customerId, storeId, reason }) => ({ ...row, customerId, storeId, reason, ended: 'rejected' }),
  OrderAccepted: come('accepted'),
  OrderRefused: (row, { reason }) => ({ ...row, reason, ended: 'refused' }),
  OrderCooked: come('cooked'),
  RiderAssigned: withRider('assigned'),
  DeliveryDeparted: withRider('on-the-way'),
  DeliveryCompleted: withRider('delivered'),
  OrderCancelling: (row, { attempt }) => ({ ...row, cancelAsked: Math.max(row.cancelAsked, attempt) }),
  CancelRefused: (row, { attempt }) => settled(row, attempt),
  OrderCancelled: (row, { attempt, refundedWon }) => ({
    ...settled(row, attempt),
    refundedWon: Math.max(row.refundedWon, refundedWon),
    ended: 'cancelled',
  }),
};
