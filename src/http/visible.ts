import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderStatus } from '../actors/messages.ts';
import { findOrder, type OrderStory, type OrderView } from '../readmodel/find-order.ts';
import type { Backend } from './backend.ts';
import type { Caller } from './caller.ts';
import { HttpError } from './http-error.ts';

/** What is no business of the store's: it does not stand yet, or never did. */
const unestablished: readonly OrderStatus[] = ['awaiting-payment', 'payment-deferred', 'rejected'];

/** Whether somebody may see this order at all. */
export function maySee(
  { role, subject }: Caller,
  order: Pick<OrderView, 'status' | 'customerId' | 'storeId' | 'riderId'>,
): boolean {
  switch (role) {
    case 'operator':
      return true;
    case 'customer':
      return order.customerId === subject;
    case 'store':
      return order.storeId === subject && !unestablished.includes(order.status);
    case 'rider':
      return order.riderId === subject || (order.riderId === null && order.status === 'cooked');
  }
}

/** How long what was done just now may take to be seen, and how often to look, milliseconds. */
const seenWithinMs = 500;
const lookEveryMs = 20;

/**
 * The order, once it can be seen. One that somebody may not see is answered like one that is not there, and as slowly, so that nothing is
 * learnt from it.
 * @throws {HttpError} 404; 503 where it cannot be told, as the broker is away
 */
export async function findVisible(backend: Backend, caller: Caller, orderId: string): Promise<OrderStory> {
  const found = await seenAs(backend, orderId, (order) => maySee(caller, order));
  if (found) return found;
  throw new HttpError(404, 'no-such-order', `There is no order "${orderId}".`);
}

/** The order, once `isSo` is true of it; undefined where that does not happen in a moment. @throws {HttpError} 503 */
export async function seenAs(
  backend: Backend,
  orderId: string,
  isSo: (order: OrderView) => boolean,
): Promise<OrderStory | undefined> {
  const giveUpAt = backend.now() + seenWithinMs;
  for (;;) {
    const found = backend.read((db) => findOrder(db, orderId));
    if (found && isSo(found)) return found;
    backend.mustBeUp(); // otherwise nobody tells the read model of new orders
    if (backend.now() >= giveUpAt) return undefined;
    await sleep(lookEveryMs);
  }
}
