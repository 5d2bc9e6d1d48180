import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { Delivery } from '../../../src/broker/broker.ts';
import { type Declare, eventually, idsOf, keyIn, outgoing, publishApart, queueOf } from './stage.ts';

export function consuming(test: Declare): void {
  test('what was not acked comes back after a close, and what was acked does not', async (stage) => {
    const first = await stage.open();
    const messages = stage.many(20);
    await publishApart(first, messages);
    const held = await stage.take(first, queueOf(first, 'one'), { ack: false });
    await eventually('all are in hand', () => held.taken.length === 20);
    held.taken.forEach((delivery, n) => {
      if (n % 2 === 0) delivery.ack();
    });
    await first.close();

    const second = await stage.open();
    const marker = stage.make('AcceptOrder');
    await second.publish([{ envelope: marker }]);
    const again = await stage.take(second, queueOf(second, 'one'));
    await eventually('the marker is taken', () => again.ids().includes(marker.id));
    const odd = messages.filter((_, n) => n % 2 === 1);
    assert.equal(again.ids(), idsOf([...odd, marker]));
  });

  test('no more than prefetch messages are in hand', async (stage) => {
    const broker = await stage.open();
    await broker.publish(outgoing(stage.many(50)));
    const held = await stage.take(broker, queueOf(broker, 'one'), { prefetch: 7, ack: false });
    await eventually('seven are in hand', () => held.taken.length >= 7);
    await sleep(200);
    assert.is(held.taken.length, 7);
    for (const delivery of held.taken.slice(0, 3)) delivery.ack();
    await eventually('three more are in hand', () => held.taken.length >= 10);
    await sleep(200);
    assert.is(held.taken.length, 10);
  });

  test('prefetch holds though one call published more than that, and all come in order', async (stage) => {
    const broker = await stage.open();
    const key = keyIn(0);
    const messages = Array.from({ length: 620 }, () => stage.make('AcceptOrder', key));
    await broker.publish(outgoing(messages.slice(0, 300)));
    await broker.publish(outgoing(messages.slice(300, 310)));
    await broker.publish(outgoing(messages.slice(310)));
    const ids: string[] = [];
    const inHand: Delivery[] = [];
    let most = 0;
    await broker.consume(queueOf(broker, 'one'), {
      prefetch: 7,
      onDeliveries: (deliveries) => {
        inHand.push(...deliveries);
        most = Math.max(most, inHand.length);
        ids.push(...idsOf(deliveries.map(({ envelope }) => envelope).filter((envelope) => stage.isMine(envelope))));
      },
    });
    await eventually('all are taken', () => {
      // Now some of what is in hand, now all of it; the last one first.
      for (const { ack } of inHand.splice(-(1 + (ids.length % 7)), 7).reverse()) ack();
      return ids.length >= messages.length;
    });
    assert.equal(ids, idsOf(messages));
    assert.is(most, 7);
  });

  test('messages published together arrive in order, and each is acked by itself', async (stage) => {
    const first = await stage.open();
    const queue = queueOf(first, 'one');
    const messages = stage.many(9);
    await first.publish(outgoing(messages));
    const held = await stage.take(first, queue, { prefetch: 3, ack: false });
    await eventually('three are in hand', () => held.taken.length >= 3);
    for (let acked = 0; acked < messages.length; acked += 1) {
      assert.is(held.taken.length, Math.min(acked + 3, messages.length));
      // The first one stays in hand until the end.
      held.taken[acked === messages.length - 1 ? 0 : acked + 1]!.ack();
      await eventually('the next is in hand', () => held.taken.length >= Math.min(acked + 4, messages.length));
    }
    assert.equal(held.ids(), idsOf(messages));
    await first.close();

    const second = await stage.open();
    const marker = stage.make('AcceptOrder');
    await second.publish([{ envelope: marker }]);
    const again = await stage.take(second, queue);
    await eventually('the marker is taken', () => again.ids().includes(marker.id));
    assert.equal(again.ids(), [marker.id]);
  });

  test('of messages published together, the one that was not acked comes back in any case', async (stage) => {
    const first = await stage.open();
    const queue = queueOf(first, 'one');
    const messages = stage.many(8);
    await first.publish(outgoing(messages));
    const held = await stage.take(first, queue, { ack: false });
    await eventually('all are in hand', () => held.taken.length === 8);
    for (const delivery of [...held.taken.slice(0, 4), ...held.taken.slice(5)]) delivery.ack();
    await first.close();

    for (const _ of ['it comes and is acked', 'nothing comes any more']) {
      const broker = await stage.open();
      const marker = stage.make('AcceptOrder');
      await broker.publish([{ envelope: marker }]);
      const again = await stage.take(broker, queue);
      await eventually('the marker is taken', () => again.ids().includes(marker.id));
      if (_ === 'it comes and is acked') assert.ok(again.ids().includes(messages[4]!.id), 'it did not come back');
      else assert.equal(again.ids(), [marker.id]);
      await broker.close();
    }
  });

  test('acking twice is acking once', async (stage) => {
    const broker = await stage.open();
    await broker.publish(outgoing(stage.many(20)));
    const held = await stage.take(broker, queueOf(broker, 'one'), { prefetch: 4, ack: false });
    await eventually('four are in hand', () => held.taken.length >= 4);
    held.taken[0]!.ack();
    held.taken[0]!.ack();
    await eventually('one more is in hand', () => held.taken.length >= 5);
    held.taken[0]!.ack();
    await sleep(200);
    assert.is(held.taken.length, 5);
  });

  test('a message that is published while somebody consumes is given at once', async (stage) => {
    const broker = await stage.open();
    const one = await stage.take(broker, queueOf(broker, 'one'));
    for (const envelope of stage.many(5)) {
      await broker.publish([{ envelope }]);
      await eventually('it is taken', () => one.ids().includes(envelope.id));
    }
    assert.is(one.taken.length, 5);
  });

  test('a queue has one consumer, and another takes over when it stops', async (stage) => {
    const [active, passive] = [await stage.open(), await stage.open()];
    const first = await stage.take(active, queueOf(active, 'one'));
    const before = stage.many(30);
    await active.publish(outgoing(before.slice(0, 1)));
    await eventually('the first has one', () => first.taken.length === 1);
    const second = await stage.take(passive, queueOf(passive, 'one'));
    await active.publish(outgoing(before.slice(1)));
    await eventually('the first has all', () => first.taken.length === 30);
    assert.equal(second.ids(), []);
    await first.stop();

    const after = stage.many(10);
    await active.publish(outgoing(after));
    await eventually('the second has the rest', () => second.ids().includes(after.at(-1)!.id));
    assert.equal(second.ids(), idsOf(after));
    assert.equal(first.ids(), idsOf(before));
  });

  test('another takes over when the broker of the first is closed, with what it left', async (stage) => {
    const [active, passive] = [await stage.open(), await stage.open()];
    const messages = stage.many(12);
    await publishApart(active, messages);
    const first = await stage.take(active, queueOf(active, 'one'), { ack: false });
    await eventually('all are in hand', () => first.taken.length === 12);
    const second = await stage.take(passive, queueOf(passive, 'one'));
    for (const delivery of first.taken.slice(0, 5)) delivery.ack();
    await active.close();
    await eventually('the second has the rest', () => second.taken.length >= 7);
    assert.equal(second.ids(), idsOf(messages.slice(5)));
  });

  test('a consumer that stops takes nothing more, and what it has in hand can still be acked', async (stage) => {
    const broker = await stage.open();
    const messages = stage.many(6);
    await publishApart(broker, messages);
    const first = await stage.take(broker, queueOf(broker, 'one'), { prefetch: 3, ack: false });
    await eventually('three are in hand', () => first.taken.length === 3);
    await first.stop();
    await first.stop();
    for (const delivery of first.taken) delivery.ack();
    await sleep(200);
    assert.is(first.taken.length, 3);

    const second = await stage.take(broker, queueOf(broker, 'one'));
    await eventually('the rest is taken', () => second.taken.length >= 3);
    assert.equal(second.ids(), idsOf(messages.slice(3)));
  });

  test('another takes over the rest of what was published together, once what the stopped one has in hand is acked', async (stage) => {
    const [active, passive] = [await stage.open(), await stage.open()];
    const messages = stage.many(6);
    await active.publish(outgoing(messages));
    const first = await stage.take(active, queueOf(active, 'one'), { prefetch: 3, ack: false });
    await eventually('three are in hand', () => first.taken.length === 3);
    const second = await stage.take(passive, queueOf(passive, 'one'));
    await first.stop();
    for (const delivery of first.taken) delivery.ack();
    await eventually('the rest is taken', () => second.ids().includes(messages[5]!.id));
    assert.equal(
      second.ids().filter((id) => !first.ids().includes(id)),
      idsOf(messages.slice(3)),
    );
    assert.is(first.taken.length, 3);
  });
}
