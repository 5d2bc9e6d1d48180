import type { OrderStatus } from '../actors/messages.ts';

/** What went wrong, or may: nobody has been fed by these. */
export const faultStatuses: readonly OrderStatus[] = ['payment-deferred', 'cancelling', 'rejected', 'refused'];

/** What is under way. */
export const inFlight: readonly OrderStatus[] = [
  'awaiting-payment',
  'payment-deferred',
  'placed',
  'accepted',
  'cooked',
  'assigned',
  'on-the-way',
  'cancelling',
];
