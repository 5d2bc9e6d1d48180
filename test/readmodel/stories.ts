import type { Events, OrderEventType } from '../../src/actors/messages.ts';
import type { JournalEvent } from '../../src/readmodel/order-fold.ts';
import { Projection } from '../../src/readmodel/projection.ts';
import { openReadModel } from '../../src/readmodel/schema.ts';

export const noon = 1_800_000_000_000;
const who = (orderId: string) => ({ orderId, customerId: 'kim' });
const details = (orderId: string) => ({
  ...who(orderId),
  storeId: 'chicken',
  storeName: { ko: '치킨', en: 'Chicken' },
  lines: [{ itemId: 'fried', quantity: 2, name: { ko: '후라이드', en: 'Fried' }, priceWon: 19_000 }],
  totalWon: 38_000,
});

export const event = <T extends OrderEventType>(type: T, at: number, data: Events[T]): JournalEvent => ({
  id: `${data.orderId}-${type}-${at}`,
  type,
  key: data.orderId,
  at: noon + at,
  data: data as Record<string, unknown>,
});

/** A delivered order, with a cancellation that came too late. */
export const delivered = (orderId: string) => [
  event('OrderReceived', 0, { ...details(orderId), answerBy: noon + 10_000 }),
  event('PaymentApproved', 10, { orderId, amountWon: 38_000, paymentKey: 'p' }),
  event('OrderPlaced', 12, { ...details(orderId), service: { autoAccept: true, prepMs: 0, rideMs: 0 } }),
  event('NotificationSent', 15, { orderId, channel: 'console', recipient: 'kim', about: 'placed', text: 'placed!' }),
  event('OrderAccepted', 20, { ...who(orderId), prepMs: 0 }),
  event('OrderCooked', 30, { ...who(orderId), storeName: { ko: '치킨', en: 'Chicken' }, rideMs: 0 }),
  event('RiderAssigned', 40, { ...who(orderId), riderId: 'r1' }),
  event('OrderCancelling', 45, { ...who(orderId), attempt: 1, reason: 'x' }),
  event('DeliveryDeparted', 50, { ...who(orderId), riderId: 'r1' }),
  event('CancelRefused', 55, { ...who(orderId), attempt: 1, status: 'on-the-way', reason: 'too late' }),
  event('DeliveryCompleted', 60, { ...who(orderId), riderId: 'r1' }),
];

export const cancelled = (orderId: string) => [
  ...delivered(orderId).slice(0, 6),
  event('OrderCancelling', 70, { ...who(orderId), attempt: 1, reason: 'x' }),
  event('PaymentRefunded', 80, { orderId, amountWon: 38_000 }),
  event('OrderCancelled', 90, { ...who(orderId), attempt: 1, refundedWon: 38_000 }),
];

/** A read model that has been given these events, so many in one go. */
export function folded(folder: string, events: readonly JournalEvent[], atOnce = 500) {
  const db = openReadModel(folder);
  const projection = new Projection(db);
  const entries = events.map((envelope, offset) => ({ offset, envelope }));
  for (let i = 0; i < entries.length; i += atOnce) projection.apply(entries.slice(i, i + atOnce));
  return { db, projection };
}
