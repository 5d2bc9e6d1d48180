import type { Broker } from '../src/broker/broker.ts';
import { ask } from '../src/cli/client.ts';
import { newId } from '../src/cli/new-id.ts';
import { now } from '../src/cli/open-broker.ts';

/** Orders from the store that needs no time, and waits for the answer. @throws {Refused | TimedOut} it is not placed */
export const place = (broker: Broker): Promise<unknown> =>
  ask(
    broker,
    'PlaceOrder',
    {
      orderId: newId(),
      customerId: 'kim',
      storeId: 'chicken',
      lines: [{ itemId: 'fried', quantity: 2 }],
      billingKey: 'card-kim',
      answerBy: now() + 120_000,
    },
    120_000,
  );
