import * as assert from 'uvu/assert';
import { Unroutable } from '../../../src/broker/errors.ts';
import { type Declare, eventually, idsOf, keyIn, outgoing, queueOf } from './stage.ts';

export function publishing(test: Declare): void {
  test('an event goes to every queue that its type is routed to', async (stage) => {
    const broker = await stage.open();
    const event = stage.make('PaymentUnknown');
    await broker.publish([{ envelope: event }]);
    const one = await stage.take(broker, queueOf(broker, 'one'));
    const two = await stage.take(broker, queueOf(broker, 'two'));
    await eventually('both have it', () => one.taken.length === 1 && two.taken.length === 1);
    assert.equal(one.taken[0]!.envelope, event);
    assert.equal(two.taken[0]!.envelope, event);
  });

  test('a command goes to the one queue that takes it', async (stage) => {
    const broker = await stage.open();
    const [command, marker] = [stage.make('AcceptOrder'), stage.make('PaymentUnknown')];
    await broker.publish(outgoing([command, marker]));
    const one = await stage.take(broker, queueOf(broker, 'one'));
    const two = await stage.take(broker, queueOf(broker, 'two'));
    await eventually('the marker is everywhere', () => one.taken.length === 2 && two.taken.length === 1);
    assert.equal(one.ids(), idsOf([command, marker]));
    assert.equal(two.ids(), idsOf([marker]));
  });

  test('a message goes to the partition of its order', async (stage) => {
    const broker = await stage.open();
    const [zero, one] = [stage.make('AcceptOrder', keyIn(0)), stage.make('AcceptOrder', keyIn(1))];
    await broker.publish(outgoing([zero, one]));
    const first = await stage.take(broker, queueOf(broker, 'one', 0));
    const second = await stage.take(broker, queueOf(broker, 'one', 1));
    await eventually('both have one', () => first.taken.length > 0 && second.taken.length > 0);
    assert.equal(first.ids(), [zero.id]);
    assert.equal(second.ids(), [one.id]);
  });

  test('everything an envelope holds arrives as it was', async (stage) => {
    const broker = await stage.open();
    const envelope = { ...stage.make('AcceptOrder'), cause: 'cause-1', replyTo: 'somewhere' };
    await broker.publish([{ envelope }]);
    const one = await stage.take(broker, queueOf(broker, 'one'));
    await eventually('it is taken', () => one.taken.length === 1);
    assert.equal(one.taken[0]!.envelope, envelope);
  });

  test('messages of one order stay in order, with many publishes in flight', async (stage) => {
    const broker = await stage.open();
    const key = keyIn(0);
    const sameKey = Array.from({ length: 600 }, () => stage.make('AcceptOrder', key));
    const one = await stage.take(broker, queueOf(broker, 'one'), { prefetch: 40 });
    const inFlight: Promise<void>[] = [];
    for (let at = 0; at < sameKey.length; at += 3) inFlight.push(broker.publish(outgoing(sameKey.slice(at, at + 3))));
    await Promise.all(inFlight);
    await eventually('all are taken', () => one.taken.length === sameKey.length);
    assert.equal(one.ids(), idsOf(sameKey));
  });

  test('a message that no queue takes is refused, and its neighbours are stored', async (stage) => {
    const broker = await stage.open();
    const [before, lost, after] = [stage.make('AcceptOrder'), stage.make('VoidPayment'), stage.make('AcceptOrder')];
    const outcomes = await Promise.allSettled([before, lost, after].map((envelope) => broker.publish([{ envelope }])));
    assert.equal(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.instance((outcomes[1] as PromiseRejectedResult).reason, Unroutable);
    const one = await stage.take(broker, queueOf(broker, 'one'));
    await eventually('both neighbours are there', () => one.taken.length === 2);
    assert.equal(one.ids(), idsOf([before, after]));
  });

  test('a message straight to a queue that is not there is refused', async (stage) => {
    const broker = await stage.open();
    const outcome = await broker
      .publish([{ envelope: stage.make('AcceptOrder'), queue: 'no-such-queue' }])
      .catch((e) => e);
    assert.instance(outcome, Unroutable);
  });

  test('a message straight to a queue goes there only, and not to the journal', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    const [straight, marker] = [stage.make('PaymentUnknown'), stage.make('PaymentUnknown')];
    await broker.publish([{ envelope: straight, queue: queueOf(broker, 'two') }]);
    await broker.publish([{ envelope: marker }]);
    const one = await stage.take(broker, queueOf(broker, 'one'));
    const two = await stage.take(broker, queueOf(broker, 'two'));
    const journal: string[] = [];
    await broker.readJournal(from, (entries) => {
      for (const { envelope } of entries) if (envelope && stage.isMine(envelope)) journal.push(envelope.id);
    });
    await eventually('the marker is everywhere', () =>
      [one.ids(), two.ids(), journal].every((ids) => ids.includes(marker.id)),
    );
    assert.equal(one.ids(), [marker.id]);
    assert.equal(two.ids(), idsOf([straight, marker]));
    assert.equal(journal, [marker.id]);
  });

  test('a message carries how often its handling has failed', async (stage) => {
    const broker = await stage.open();
    const [routed, straight, fresh] = [stage.make('AcceptOrder'), stage.make('AcceptOrder'), stage.make('AcceptOrder')];
    await broker.publish([
      { envelope: routed, attempt: 2 },
      { envelope: straight, queue: queueOf(broker, 'one'), attempt: 7 },
      { envelope: fresh },
    ]);
    const one = await stage.take(broker, queueOf(broker, 'one'));
    await eventually('all are taken', () => one.taken.length === 3);
    assert.equal(
      one.taken.map(({ attempt }) => attempt),
      [2, 7, 0],
    );
  });

  test('publishing nothing is no trouble', async (stage) => {
    await (await stage.open()).publish([]);
  });
}
