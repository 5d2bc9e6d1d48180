import { type Broken, type Evidence, eventsOf, type Invariant } from './evidence.ts';

/** A message has its effect once: what it says it says under one id, and each order is established, departs and ends once. */
export const effectsHappenOnce: Invariant = (evidence) => {
  const broken = evidence.platform.broker.sayings.broken.map((sentence) => ({ rule: 'one-effect', sentence }));
  for (const orderId of evidence.people.orderIds) {
    const count = new Map<string, number>();
    for (const { type, data } of eventsOf(evidence, orderId)) {
      const name = [type, data['attempt'], data['recipient'], data['about']]
        .filter((part) => part !== undefined)
        .join(' ');
      count.set(name, (count.get(name) ?? 0) + 1);
    }
    for (const [name, times] of count)
      if (times > 1 && !repeatable.test(name))
        broken.push({ rule: 'one-effect', sentence: `${name} of ${orderId} happened ${times} times.` });
  }
  return broken;
};

/** Said again to whoever asks again. */
const repeatable = /^(PaymentVoided|DeliveryNotStopped|DeliveryStopped)/;

/** What each event tells the customer; not taken from the notifier, which is what is examined. */
const toCustomer: Record<string, string> = {
  OrderDeferred: 'payment-deferred',
  OrderRejected: 'rejected',
  OrderPlaced: 'placed',
  OrderAccepted: 'accepted',
  OrderRefused: 'refused',
  OrderCooked: 'cooked',
  RiderAssigned: 'assigned',
  DeliveryDeparted: 'on-the-way',
  DeliveryCompleted: 'delivered',
  OrderCancelled: 'cancelled',
};

/** Everybody is told of each status: once, or again where whoever told it died, or lost its place, before that was recorded. */
export const peopleAreTold: Invariant = (evidence) => {
  const { needless } = evidence.platform.channel;
  const twice = needless.map((name) => ({ rule: 'told-once', sentence: `${name} was sent twice without need.` }));
  const events = eventsOf(evidence);
  const placed = new Map(
    events.flatMap(({ type, key, data }) => (type === 'OrderPlaced' ? [[key, data['storeId']]] : [])),
  );
  return [
    ...twice,
    ...events.flatMap((event) => untold(evidence, event.type, event.key, event.data, placed.get(event.key))),
  ];
};

/** @param storeId of an order that was placed, of which the owner is told: so also of its cancellation, whichever is heard of first */
function untold(
  { platform }: Evidence,
  type: string,
  orderId: string,
  data: Record<string, unknown>,
  storeId: unknown,
): Broken[] {
  const about = toCustomer[type];
  if (about === undefined) return [];
  const names = [`${orderId} ${data['customerId']} ${about}`];
  if (storeId !== undefined && /^Order(Placed|Cancelled)$/.test(type))
    names.push(`${orderId} owner:${storeId} ${about}`);
  return names
    .filter((name) => !platform.channel.sent.has(name))
    .map((name) => ({ rule: 'told-once', sentence: `Nobody was told: ${name}.` }));
}
