import type { Commands } from '../src/actors/messages.ts';
import type { Broker } from '../src/broker/broker.ts';
import type { Envelope } from '../src/broker/envelope.ts';
import { now } from '../src/cli/open-broker.ts';
import { ask } from '../src/client/ask.ts';
import { newId } from '../src/client/new-id.ts';

/** How long customers wait, milliseconds. */
const patienceMs = 120_000;

/** An order from the store that needs no time. */
const content = (): Commands['PlaceOrder'] => ({
  orderId: newId(),
  customerId: 'kim',
  storeId: 'chicken',
  lines: [{ itemId: 'fried', quantity: 2 }],
  billingKey: 'card-kim',
  answerBy: now() + patienceMs,
});

/** The message that such an order is. */
export function placeOrder(): Envelope<'PlaceOrder'> {
  const data = content();
  return { id: newId(), type: 'PlaceOrder', key: data.orderId, at: now(), data };
}

/** Orders, and waits for the answer. @throws {Refused | TimedOut} it is not placed */
export const place = (broker: Broker): Promise<unknown> => ask(broker, 'PlaceOrder', content(), patienceMs);
