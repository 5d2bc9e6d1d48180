import autocannon from 'autocannon';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openFront } from './front.ts';

const customers = 100;
const orders = 1_500;

const body = JSON.stringify({ customerId: 'kim', storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] });

test('a crowd at an overloaded payment provider is placed, or told when to come again, and hears nothing else', async () => {
  const front = await openFront('sqlite:');
  try {
    await front.psp.control({ capacity: 5, latencyMs: [50, 80] });
    let guided = 0;
    const { statusCodeStats, errors, timeouts } = await autocannon({
      url: `${front.gateway}/orders`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      connections: customers,
      amount: orders,
      timeout: 60,
      setupClient: (client) =>
        client.on('headers', (head) => {
          if (isGuided(head)) guided++;
        }),
    });
    assert.equal({ errors, timeouts }, { errors: 0, timeouts: 0 });
    const {
      '201': placed = 0,
      '503': busy = 0,
      ...others
    } = Object.fromEntries(Object.entries(statusCodeStats ?? {}).map(([status, { count = 0 }]) => [status, count]));
    assert.equal(others, {});
    assert.ok(placed > 0 && busy > 0, `some were placed (${placed}) and some were turned away (${busy})`);
    assert.is(guided, busy, 'whoever was turned away was told when to come again');
    assert.is(front.ledger().filter(({ kind }) => kind === 'captured').length, placed);

    const { status } = await fetch(`${front.gateway}/stores`);
    assert.is(status, 200, 'the gateway takes a busy answer for a service that works');
  } finally {
    await front.close();
  }
});

/** Whether the head of an answer is one of those that say when to come again. Its headers are names and values in turn. */
const isGuided = (head: unknown): boolean => {
  const { statusCode, headers } = head as { statusCode: number; headers: string[] };
  return statusCode === 503 && headers.some((text, i) => i % 2 === 0 && text.toLowerCase() === 'retry-after');
};

test.run();
