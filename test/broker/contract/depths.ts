import * as assert from 'uvu/assert';
import type { Broker } from '../../../src/broker/broker.ts';
import { eventually } from '../../harness/eventually.ts';
import { type Declare, publishApart, queueOf, type Stage } from './stage.ts';

const waitingIn = async (broker: Broker, queue: string): Promise<number> =>
  (await broker.depths()).find((depth) => depth.queue === queue)!.waiting;

/** Takes what other tests left in the queue. */
async function takeAway(stage: Stage, queue: string): Promise<void> {
  const broker = await stage.open();
  const marker = stage.make('AcceptOrder');
  const { ids } = await stage.take(broker, queue);
  await broker.publish([{ envelope: marker, queue }]);
  await eventually(() => assert.ok(ids().includes(marker.id)));
  await broker.close(); // what was acked before stays acked
}

export function depths(test: Declare): void {
  test('every work queue has a depth, and so have the dead letters', async (stage) => {
    const broker = await stage.open();
    const { queues, deadLetters } = broker.topology;
    assert.equal(
      (await broker.depths()).map(({ waiting, ...which }) => which),
      [
        ...queues.map(({ name, actor, partition }) => ({ queue: name, actor, partition })),
        { queue: deadLetters, actor: 'dead letters', partition: 0 },
      ],
    );
  });

  test('what waits is counted, what is to come later is not, and what was taken no longer is', async (stage) => {
    const broker = await stage.open();
    const queue = queueOf(broker, 'one');
    await takeAway(stage, queue);
    await broker.publish([{ envelope: stage.make('RideDone'), queue, delayMs: 3_600_000 }]);
    await publishApart(broker, stage.many(7));
    await eventually(async () => assert.is(await waitingIn(broker, queue), 7));
    await stage.take(await stage.open(), queue);
    await eventually(async () => assert.is(await waitingIn(broker, queue), 0));
  });

  test('dead letters are counted until they are taken', async (stage) => {
    const broker = await stage.open();
    const { deadLetters } = broker.topology;
    const letter = { queue: queueOf(broker, 'one'), reason: 'no use', attempts: 1, at: Date.now(), body: '{}' };
    const marker = { ...letter, reason: stage.run };
    await broker.bury([marker]);
    const first = await stage.open();
    let cleared = false;
    await first.exhume(({ reason }, ack) => {
      ack();
      cleared ||= reason === marker.reason;
    });
    await eventually(() => cleared);
    await first.close(); // what was acked before stays acked
    await broker.bury([letter, letter]);
    await eventually(async () => assert.is(await waitingIn(broker, deadLetters), 2));
    await (await stage.open()).exhume((_, ack) => ack());
    await eventually(async () => assert.is(await waitingIn(broker, deadLetters), 0));
  });
}
