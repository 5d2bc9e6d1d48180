import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { type Declare, eventually, idsOf, keyIn, outgoing, queueOf } from './stage.ts';

export function processes(test: Declare): void {
  test('what was published is there though its process was killed right after', async (stage) => {
    const broker = await stage.open();
    const queue = queueOf(broker, 'two');
    const from = await broker.journalEnd();
    const events = stage.many(20, 'PaymentUnknown');
    const [straight, delayed] = [stage.make('RideDone'), stage.make('RideDone')];
    const child = await stage.startChild();
    child.tell({
      do: 'publish and die',
      messages: [
        ...outgoing(events),
        { envelope: straight, queue, attempt: 1 },
        { envelope: delayed, queue, delayMs: 150 },
      ],
    });
    await child.died();
    const one = await stage.take(broker, queueOf(broker, 'one'));
    const two = await stage.take(broker, queue);
    const journal: string[] = [];
    await broker.readJournal(from, (entries) => {
      for (const { envelope } of entries) if (envelope && stage.isMine(envelope)) journal.push(envelope.id);
    });
    await eventually(
      'everything is there',
      () => one.taken.length === 20 && two.taken.length === 22 && journal.length === 20,
    );
    assert.equal(one.ids(), idsOf(events));
    assert.equal(new Set(two.ids()), new Set(idsOf([...events, straight, delayed])));
    assert.equal(journal, idsOf(events));
  });

  test('what was confirmed before a kill in mid-stream is in every queue and in the journal', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    const child = await stage.startChild();
    child.tell({ do: 'publish until killed', type: 'PaymentUnknown', key: keyIn(0), prefix: stage.run });
    await eventually('it is well under way', () => child.ids('stored').length >= 300);
    await child.kill();
    await sleep(50); // its last words may still be on their way here
    const stored = child.ids('stored');
    const one = await stage.take(broker, queueOf(broker, 'one'));
    const two = await stage.take(broker, queueOf(broker, 'two'));
    const journal: string[] = [];
    await broker.readJournal(from, (entries) => {
      for (const { envelope } of entries) if (envelope && stage.isMine(envelope)) journal.push(envelope.id);
    });
    const complete = (ids: string[]) => {
      const there = new Set(ids);
      return stored.every((id) => there.has(id));
    };
    await eventually('everything confirmed is everywhere', () => [one.ids(), two.ids(), journal].every(complete));
    for (const ids of [one.ids(), two.ids(), journal])
      assert.is(ids.length, new Set(ids).size, 'something is there twice');
  });

  test('what a killed process had in hand comes back to the one standing by, in order', async (stage) => {
    const broker = await stage.open();
    const queue = queueOf(broker, 'one');
    const child = await stage.startChild();
    child.tell({ do: 'consume', queue, prefetch: 10, ack: false });
    await child.says('consuming');
    const messages = stage.many(25);
    const standby = await stage.take(broker, queue);
    await broker.publish(outgoing(messages));
    await eventually('the child has its hands full', () => child.ids('took').length >= 10);
    await sleep(100);
    assert.equal(child.ids('took').length, 10);
    assert.equal(standby.ids(), []);
    await child.kill();
    await eventually('the standby has all', () => standby.taken.length >= 25);
    assert.equal(standby.ids(), idsOf(messages));
  });

  test('two processes publish to and take from one broker', async (stage) => {
    const broker = await stage.open();
    const child = await stage.startChild();
    child.tell({ do: 'consume', queue: queueOf(broker, 'two'), prefetch: 50, ack: true });
    await child.says('consuming');
    const one = await stage.take(broker, queueOf(broker, 'one'));
    const [mine, theirs] = [stage.many(40, 'FinishCooking'), stage.many(40, 'AcceptOrder')];
    child.tell({ do: 'publish', messages: outgoing(theirs) });
    for (const envelope of mine) await broker.publish([{ envelope }]);
    await child.says('published');
    await eventually('each has what the other sent', () => {
      const took = new Set(child.ids('took'));
      return one.taken.length === 40 && mine.every(({ id }) => took.has(id));
    });
    assert.equal(one.ids(), idsOf(theirs));
    const took = child.ids('took').filter((id) => stage.isMine({ id }));
    assert.equal(took, idsOf(mine));
  });

  test('a journal is followed across processes', async (stage) => {
    const broker = await stage.open();
    const ids: string[] = [];
    await broker.readJournal(await broker.journalEnd(), (entries) => {
      for (const { envelope } of entries) if (envelope && stage.isMine(envelope)) ids.push(envelope.id);
    });
    const child = await stage.startChild();
    const events = stage.many(15, 'PaymentUnknown');
    child.tell({ do: 'publish', messages: outgoing(events) });
    await eventually('all are read', () => ids.length >= 15);
    assert.equal(ids, idsOf(events));
  });
}
