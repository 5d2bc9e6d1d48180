import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { openFront } from './front.ts';

const customers = 8;
const kills = 4;

test('a gateway that is killed with -9 and started again under load loses no order, and nobody pays twice', async () => {
  const front = await openFront('sqlite:');
  try {
    const placed: string[] = [];
    let broken = 0;
    let open = true;
    /** Orders again and again; where no answer comes, the same order once more. */
    const orderOn = async () => {
      while (open) {
        const key = randomUUID();
        for (let answered = false; !answered; ) {
          answered = await place(front.gateway, key).catch(() => false);
          if (!answered) broken++;
          if (!answered) await sleep(50);
        }
        placed.push(key);
      }
    };
    const crowd = Array.from({ length: customers }, orderOn);
    for (let i = 0; i < kills; i++) {
      const before = placed.length;
      await eventually(() => placed.length > before + 2 * customers);
      await front.restartGateway();
    }
    open = false;
    await Promise.all(crowd);

    assert.ok(broken > 0, 'nobody was cut off: the gateway was not killed while people ordered');
    const { data } = await front.at.json('order', 'list', '--limit', '10000');
    const known = new Set((data as { orderId: string }[]).map(({ orderId }) => orderId));
    assert.equal(
      placed.filter((key) => !known.has(key)),
      [],
    );
    await eventually(async () => (await front.at.json('audit', '--psp', front.psp.url, '--grace', '1')).code === 0);
    const captured = front
      .ledger()
      .filter(({ kind }) => kind === 'captured')
      .map(({ orderId }) => orderId);
    assert.is(captured.length, new Set(captured).size, 'somebody paid twice');
    assert.equal(
      placed.filter((key) => !captured.includes(key)),
      [],
    );
  } finally {
    await front.close();
  }
});

/** @returns whether it is placed; not, where the way to the service was broken. @throws no answer came */
async function place(gateway: string, key: string): Promise<boolean> {
  const response = await fetch(`${gateway}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ customerId: 'kim', storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] }),
  });
  const answer = await response.text();
  if ([502, 503, 504].includes(response.status)) return false;
  assert.is(response.status, 201, answer);
  return true;
}

test.run();
