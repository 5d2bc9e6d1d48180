import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startCustomers } from '../../chaos/customers.ts';
import type { Broker } from '../../src/broker/broker.ts';
import type { Envelope } from '../../src/broker/envelope.ts';

/** What is used of one: an answer to each request. */
const client = (request: (envelope: Envelope) => Promise<unknown>) => ({ request }) as unknown as Broker;

test('it can be waited for until so many customers have come', async () => {
  const customers = startCustomers(
    client(async () => ({ outcome: 'done', status: 'placed' })),
    { rate: 200 },
  );
  await customers.reach(5);
  assert.ok((await customers.leave()).length >= 5);
});

test('who waits for customers hears what keeps them from coming', async () => {
  const customers = startCustomers(
    client(async () => {
      throw new TypeError('A fault of ours.');
    }),
    { rate: 200 },
  );
  const failure = await customers.reach(1_000_000).catch((error: Error) => error.message);
  assert.is(failure, 'A fault of ours.');
});

test('a fault of ours that meets somebody who is just cancelling is heard of all the same', async () => {
  const customers = startCustomers(
    client(async (envelope) => {
      if (envelope.type === 'CancelOrder') await sleep(50);
      throw new TypeError(`A fault of ours with ${envelope.type}.`);
    }),
    { rate: 200, cancelShare: 1 },
  );
  const failure = await customers.reach(1_000_000).catch((error: Error) => error.message);
  assert.match(failure as string, /^A fault of ours/);
});

test('who waits for customers that were told to leave is told so', async () => {
  const customers = startCustomers(
    client(async () => ({ outcome: 'done', status: 'placed' })),
    { rate: 200 },
  );
  const waiting = customers.reach(1_000_000).then(
    () => 'nothing',
    (error: Error) => error.message,
  );
  await customers.leave();
  assert.match(await waiting, /^Of 1000000 customers \d+ have come, and were told to leave\.$/);
});

test.run();
