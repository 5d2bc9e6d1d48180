import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { Broker } from '../../../src/broker/broker.ts';
import { type Declare, eventually, queueOf, type Stage } from './stage.ts';

/** Consumes a queue; when each message of this test came, epoch milliseconds, by id. */
async function arrivals(stage: Stage, broker: Broker, queue: string): Promise<Map<string, number>> {
  const at = new Map<string, number>();
  await broker.consume(queue, {
    prefetch: 100,
    onDeliveries: (deliveries) => {
      for (const { envelope, ack } of deliveries) {
        if (stage.isMine(envelope)) at.set(envelope.id, Date.now());
        ack();
      }
    },
  });
  return at;
}

export function delays(test: Declare): void {
  test('a delayed message is never early, and what is due first comes first', async (stage) => {
    const broker = await stage.open();
    const queue = queueOf(broker, 'two');
    const came = await arrivals(stage, broker, queue);
    const delayed = [1_800, 300, 900, 0].map((delayMs) => ({ envelope: stage.make('RideDone'), queue, delayMs }));
    const start = Date.now();
    await broker.publish(delayed);
    await eventually('all came', () => came.size === delayed.length);
    for (const { envelope, delayMs } of delayed)
      assert.ok(came.get(envelope.id)! >= start + delayMs, `${delayMs} ms came early`);
    const inDueOrder = [3, 1, 2, 0].map((n) => delayed[n]!.envelope.id);
    assert.equal([...came.keys()], inDueOrder);
  });

  test('messages that are due at about the same time all come, each by itself, and none early', async (stage) => {
    const broker = await stage.open();
    const queue = queueOf(broker, 'two');
    const came = await arrivals(stage, broker, queue);
    const delayed = [600, 580, 560, 620, 600].map((delayMs) => ({ envelope: stage.make('RideDone'), queue, delayMs }));
    const start = Date.now();
    await broker.publish(delayed);
    await eventually('all came', () => came.size === delayed.length);
    for (const { envelope, delayMs } of delayed)
      assert.ok(came.get(envelope.id)! >= start + delayMs, `${delayMs} ms came early`);
  });

  test('a message keeps what has failed so far, and one that is delayed does not hold up those behind it', async (stage) => {
    const broker = await stage.open();
    const queue = queueOf(broker, 'two');
    const [later, now] = [stage.make('RideDone'), stage.make('RideDone')];
    await broker.publish([
      { envelope: later, queue, delayMs: 400, attempt: 3, failingSince: 1_700_000_000_003 },
      { envelope: now, queue, attempt: 1, failingSince: 1_700_000_000_001 },
    ]);
    const two = await stage.take(broker, queue);
    await eventually('both came', () => two.taken.length === 2);
    assert.equal(
      two.taken.map(({ envelope, attempt, failingSince }) => [envelope.id, attempt, failingSince]),
      [
        [now.id, 1, 1_700_000_000_001],
        [later.id, 3, 1_700_000_000_003],
      ],
    );
  });

  test('messages that came due while nobody consumed come in the order they were due', async (stage) => {
    const broker = await stage.open();
    const queue = queueOf(broker, 'two');
    // So far apart that a broker which stands still for a moment does not find two of them due at once.
    const delayed = [2_000, 100, 1_000].map((delayMs) => ({ envelope: stage.make('RideDone'), queue, delayMs }));
    await broker.publish(delayed);
    await sleep(2_500);
    const two = await stage.take(broker, queue);
    await eventually('all came', () => two.taken.length === 3);
    assert.equal(
      two.ids(),
      [1, 2, 0].map((n) => delayed[n]!.envelope.id),
    );
  });

  test('a delayed message that came due while nobody consumed is there afterwards', async (stage) => {
    const first = await stage.open();
    const queue = queueOf(first, 'two');
    const envelope = stage.make('RideDone');
    const start = Date.now();
    await first.publish([{ envelope, queue, delayMs: 300 }]);
    await first.close();
    const second = await stage.open();
    const came = await arrivals(stage, second, queue);
    await eventually('it came', () => came.size === 1);
    assert.ok(came.get(envelope.id)! >= start + 300);
  });
}
