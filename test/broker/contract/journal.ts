import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { Broker, JournalEntry } from '../../../src/broker/broker.ts';
import type { Envelope } from '../../../src/broker/envelope.ts';
import { type Declare, eventually, idsOf, keyIn, outgoing, type Stage } from './stage.ts';

type Read = { entries: JournalEntry[]; ids(): string[]; stop(): Promise<void> };

/** Reads the journal from `from` into `entries`: those of this test. */
async function read(stage: Stage, broker: Broker, from: number): Promise<Read> {
  const entries: JournalEntry[] = [];
  const subscription = await broker.readJournal(from, (more) => {
    entries.push(...more.filter(({ envelope }) => !envelope || stage.isMine(envelope)));
  });
  return { entries, ids: () => entries.flatMap(({ envelope }) => envelope?.id ?? []), stop: () => subscription.stop() };
}

const journalOnly = (stage: Stage, key: string): Envelope =>
  ({ ...stage.make('PaymentUnknown', key), type: 'DeliveryStopped', data: { orderId: key, attempt: 1 } }) as Envelope;

export function journal(test: Declare): void {
  test('entries that could not be taken are given again, and none of them is left out', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    const events = [keyIn(0), keyIn(0), keyIn(0)].map((key) => journalOnly(stage, key));
    const taken: string[] = [];
    let refusals = 1;
    const reader = await broker.readJournal(from, (entries) => {
      const mine = entries.flatMap(({ envelope }) => (envelope && stage.isMine(envelope) ? envelope.id : []));
      if (mine.length > 0 && refusals-- > 0) throw new Error('not just now');
      taken.push(...mine);
    });
    for (const event of events) await broker.publish(outgoing([event]));
    await eventually('all are taken', () => taken.length >= 3);
    assert.equal(taken, idsOf(events));
    await reader.stop();
  });

  test('the journal has every event, those of one order in the order of publishing, and no command', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    const keys = [keyIn(0), keyIn(0)];
    const [a, b] = keys.map((key) => [
      stage.make('PaymentUnknown', key),
      journalOnly(stage, key),
      stage.make('PaymentUnknown', key),
      stage.make('PaymentUnknown', key),
    ]) as [Envelope[], Envelope[]];
    const together = [a[0]!, stage.make('AcceptOrder', keys[0]), ...b.slice(0, 3), a[1]!, a[2]!, b[3]!];
    await broker.publish(outgoing(together));
    await broker.publish(outgoing([a[3]!]));
    const reader = await read(stage, broker, from);
    await eventually('all are read', () => reader.entries.length >= 8);
    const envelopes = reader.entries.map(({ envelope }) => envelope!);
    for (const [n, events] of [a, b].entries())
      assert.equal(
        envelopes.filter(({ key }) => key === keys[n]),
        events,
      );
    assert.is(envelopes.length, 8);
  });

  test('the journal is read from any offset, and then followed', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    const old = stage.many(700, 'PaymentUnknown');
    for (let at = 0; at < old.length; at += 70) await broker.publish(outgoing(old.slice(at, at + 70)));
    const all = await read(stage, broker, from);
    await eventually('the old ones are read', () => all.entries.length === old.length);
    const offsets = all.entries.map(({ offset }) => offset);
    assert.ok(
      offsets.every((offset, n) => n === 0 || offset >= offsets[n - 1]!),
      'an offset falls',
    );

    const late = old.filter((_, n) => offsets[n]! >= offsets[640]!);
    assert.ok(late.length < 200, 'too many share an offset with one another');
    const tail = await read(stage, broker, offsets[640]!);
    const fresh = stage.many(5, 'PaymentUnknown');
    for (const envelope of fresh) {
      await broker.publish([{ envelope }]);
      await eventually('it is followed', () => all.ids().includes(envelope.id) && tail.ids().includes(envelope.id));
    }
    assert.equal(all.ids(), idsOf([...old, ...fresh]));
    assert.equal(tail.ids(), idsOf([...late, ...fresh]));
  });

  test('entries published together come together, and reading on behind them gives none of them again', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    const events = stage.many(1_500, 'PaymentUnknown');
    for (let at = 0; at < events.length; at += 150) await broker.publish(outgoing(events.slice(at, at + 150)));
    const calls: JournalEntry[][] = [];
    await broker.readJournal(from, (entries) => void calls.push(entries));
    const mine = (entries: JournalEntry[]) =>
      entries.flatMap(({ envelope }) => (envelope && stage.isMine(envelope) ? envelope.id : []));
    await eventually('all are read', () => mine(calls.flat()).length >= events.length);
    assert.equal(mine(calls.flat()), idsOf(events));
    for (const [n, entries] of calls.entries()) {
      const last = entries.at(-1)!.offset;
      assert.ok(
        calls.slice(n + 1).every(([next]) => next!.offset > last),
        'entries of one offset came apart',
      );
    }

    const middle = calls.flat()[700]!.offset;
    const rest = await read(stage, broker, middle + 1);
    const behind = mine(calls.flat().filter(({ offset }) => offset > middle));
    await eventually('the rest is read', () => rest.entries.length >= behind.length);
    assert.equal(rest.ids(), behind);
    assert.ok(behind.length > 400 && behind.length < 800, `${behind.length} are behind it`);
  });

  test('a second reading gives the same entries at the same offsets, also after everything was closed', async (stage) => {
    const first = await stage.open();
    const from = await first.journalEnd();
    await first.publish(outgoing(stage.many(10, 'PaymentUnknown')));
    const once = await read(stage, first, from);
    await eventually('all are read', () => once.entries.length === 10);
    await first.close();
    const second = await stage.open();
    const twice = await read(stage, second, from);
    await eventually('all are read again', () => twice.entries.length === 10);
    assert.equal(twice.entries, once.entries);
  });

  test('the end of the journal lies past everything published, and reading from there gives only what comes after', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    await broker.publish(outgoing(stage.many(4, 'PaymentUnknown')));
    const end = await broker.journalEnd();
    const other = await stage.open();
    assert.ok((await other.journalEnd()) >= end, 'another broker sees a shorter journal');
    const before = await read(stage, broker, from);
    const after = await read(stage, broker, end);
    const fresh = stage.make('PaymentUnknown');
    await broker.publish([{ envelope: fresh }]);
    await eventually('all are read', () => before.entries.length === 5 && after.entries.length === 1);
    assert.ok(before.entries.slice(0, 4).every(({ offset }) => offset < end));
    assert.ok(before.entries[4]!.offset >= end);
    assert.equal(after.ids(), [fresh.id]);
  });

  test('no more entries are given before the last ones are dealt with', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    let [inside, most, seen] = [0, 0, 0];
    await broker.readJournal(from, async (entries) => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(20);
      seen += entries.filter(({ envelope }) => envelope && stage.isMine(envelope)).length;
      inside -= 1;
    });
    for (const envelope of stage.many(8, 'PaymentUnknown')) await broker.publish([{ envelope }]);
    await eventually('all are seen', () => seen === 8);
    assert.is(most, 1);
  });

  test('a stopped reader gets nothing more', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    const [stopped, going] = [await read(stage, broker, from), await read(stage, broker, from)];
    await broker.publish(outgoing(stage.many(2, 'PaymentUnknown')));
    await eventually('both have two', () => stopped.entries.length === 2 && going.entries.length === 2);
    await stopped.stop();
    await stopped.stop();
    await broker.publish(outgoing(stage.many(2, 'PaymentUnknown')));
    await eventually('one has four', () => going.entries.length === 4);
    assert.is(stopped.entries.length, 2);
  });

  test('a bad one among entries that came together is an entry without an envelope, at their offset', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    const [before, after] = [stage.make('PaymentUnknown'), stage.make('PaymentUnknown')];
    await stage.corrupt(broker.topology.journal.name, Buffer.from(JSON.stringify([before, 'torn', after])));
    const reader = await read(stage, broker, from);
    await eventually('all are read', () => reader.entries.length === 3);
    assert.equal(
      reader.entries.map(({ envelope }) => envelope?.id),
      [before.id, undefined, after.id],
    );
    assert.is(new Set(reader.entries.map(({ offset }) => offset)).size, 1);
  });

  test('bytes in the journal that are no envelope are an entry without one', async (stage) => {
    const broker = await stage.open();
    const from = await broker.journalEnd();
    const [before, after] = [stage.make('PaymentUnknown'), stage.make('PaymentUnknown')];
    await broker.publish([{ envelope: before }]);
    await stage.corrupt(broker.topology.journal.name, Buffer.from('{"torn'));
    await broker.publish([{ envelope: after }]);
    const reader = await read(stage, broker, from);
    await eventually('all are read', () => reader.entries.length === 3);
    assert.equal(
      reader.entries.map(({ envelope }) => envelope?.id),
      [before.id, undefined, after.id],
    );
  });
}
