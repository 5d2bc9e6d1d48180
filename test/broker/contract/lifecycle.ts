import * as assert from 'uvu/assert';
import type { LinkState } from '../../../src/broker/broker.ts';
import { BrokerClosed } from '../../../src/broker/errors.ts';
import { type Declare, eventually, idsOf, outgoing, queueOf } from './stage.ts';

export function lifecycle(test: Declare): void {
  test('acks given right before a close stick', async (stage) => {
    const first = await stage.open();
    await first.publish(outgoing(stage.many(50)));
    const held = await stage.take(first, queueOf(first, 'one'), { ack: false });
    await eventually('all are in hand', () => held.taken.length === 50);
    for (const delivery of held.taken) delivery.ack();
    await first.close();
    const second = await stage.open();
    const marker = stage.make('AcceptOrder');
    await second.publish([{ envelope: marker }]);
    const again = await stage.take(second, queueOf(second, 'one'));
    await eventually('the marker is taken', () => again.ids().includes(marker.id));
    assert.equal(again.ids(), [marker.id]);
  });

  test('draining: stop, deal with what is in hand, publish what follows from it, ack, close', async (stage) => {
    const first = await stage.open();
    await first.publish(outgoing(stage.many(5, 'FinishCooking')));
    const held = await stage.take(first, queueOf(first, 'two'), { ack: false });
    await eventually('all are in hand', () => held.taken.length === 5);
    await held.stop();
    const outputs = stage.many(5, 'AcceptOrder');
    await first.publish(outgoing(outputs));
    for (const delivery of held.taken) delivery.ack();
    await first.close();

    const second = await stage.open();
    const marker = stage.make('FinishCooking');
    await second.publish([{ envelope: marker }]);
    const one = await stage.take(second, queueOf(second, 'one'));
    const two = await stage.take(second, queueOf(second, 'two'));
    await eventually('all are taken', () => one.taken.length === 5 && two.taken.length >= 1);
    assert.equal(one.ids(), idsOf(outputs));
    assert.equal(two.ids(), [marker.id]);
  });

  test('closing twice is closing once, and an ack after it is harmless', async (stage) => {
    const broker = await stage.open();
    const message = stage.make('AcceptOrder');
    await broker.publish([{ envelope: message }]);
    const held = await stage.take(broker, queueOf(broker, 'one'), { ack: false });
    await eventually('it is in hand', () => held.taken.length === 1);
    await Promise.all([broker.close(), broker.close()]);
    await broker.close();
    held.taken[0]!.ack();
    broker.answer('anywhere', { outcome: 'done', orderId: 'o', status: 'placed' });
    broker.broadcast({});
    await held.stop();

    const second = await stage.open();
    const again = await stage.take(second, queueOf(second, 'one'));
    await eventually('it comes back', () => again.taken.length === 1);
    assert.equal(again.ids(), [message.id]);
  });

  test('a closed broker refuses what is asked of it', async (stage) => {
    const broker = await stage.open();
    await broker.close();
    const envelope = stage.make('AcceptOrder');
    const asked = [
      broker.publish([{ envelope }]),
      broker.request(envelope, 1_000),
      broker.consume(queueOf(broker, 'one'), { prefetch: 1, onDeliveries: () => {} }),
      broker.readJournal(0, () => {}),
      broker.journalEnd(),
      broker.bury([{ queue: 'q', reason: 'r', attempts: 0, at: 0, body: '' }]),
      broker.exhume(() => {}),
      broker.onBroadcast(() => {}),
      broker.depths(),
    ];
    for (const outcome of await Promise.allSettled(asked)) {
      assert.is(outcome.status, 'rejected');
      assert.instance((outcome as PromiseRejectedResult).reason, BrokerClosed);
    }
  });

  test('whoever waits for an answer when the broker is closed is told so', async (stage) => {
    const broker = await stage.open();
    const answer = broker.request(stage.make('AcceptOrder'), 60_000).catch((error) => error);
    const one = await stage.take(broker, queueOf(broker, 'one'));
    await eventually('the request is here', () => one.taken.length === 1);
    await broker.close();
    assert.instance(await answer, BrokerClosed);
  });

  test('the state of the link is told at once, until one stops listening', async (stage) => {
    const broker = await stage.open();
    const told: LinkState[] = [];
    const stop = broker.onLink((link) => told.push(link));
    assert.is(told.length, 1);
    assert.is(told[0]!.state, 'up');
    assert.ok(Math.abs(told[0]!.since - Date.now()) < 60_000);
    stop();
    await broker.close();
    assert.is(told.length, 1);
  });
}
