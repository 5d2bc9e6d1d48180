import type { AuditedOrder } from './audited-orders.ts';
import type { AuditRules, Finding } from './finding.ts';
import { isQuiet } from './order-rules.ts';

/**
 * What the customer is to be told, by the event. Not taken from the notifier on purpose: an audit that asks those whom it audits finds nothing.
 */
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
  OrderCancelling: 'cancelling',
  CancelRefused: 'cancel-refused',
  OrderCancelled: 'cancelled',
};

/** Only these can happen more than once to an order; the second time they are numbered. */
const numbered = ['OrderCancelling', 'CancelRefused'];

/** Whether each change of status was told once to everybody whom it concerns. */
export function judgeNotifications(order: AuditedOrder, rules: AuditRules): Finding[] {
  const { orderId, customerId, storeId } = order;
  const told = lines(order.told);
  const expected = new Set<string>();
  for (const line of lines(order.events)) {
    const [event = '', attempt] = line.split(' ');
    const about = toCustomer[event];
    if (about === undefined) continue;
    const nth = numbered.includes(event) && attempt !== undefined && attempt !== '1' ? `-${attempt}` : '';
    expected.add(`${customerId} ${about}${nth}`);
    if (event === 'OrderPlaced') expected.add(`owner:${storeId} placed`);
    if (event === 'OrderCancelled' && order.placings > 0) expected.add(`owner:${storeId} cancelled`);
  }
  const twice = [...new Set(told.filter((one, i) => told.indexOf(one) !== i))];
  const missing = isQuiet(order, rules) ? [...expected].filter((one) => !told.includes(one)) : [];
  return [
    ...twice.map((one) => ({
      rule: 'told-twice',
      orderId,
      what: `${one.replace(' ', ' was told more than once that it is ')}.`,
      todo: 'See what stopped the notifier at that time: a crash between sending and recording can do this once.',
    })),
    ...missing.map((one) => ({
      rule: 'not-told',
      orderId,
      what: `${one.replace(' ', ' was not told that it is ')}.`,
      todo: 'See that `baedal up --actors notifier` runs, and what it says.',
    })),
  ];
}

const lines = (text: string | null): string[] => (text === null ? [] : text.split('\n'));
