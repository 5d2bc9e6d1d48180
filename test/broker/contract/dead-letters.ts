import * as assert from 'uvu/assert';
import type { Broker, DeadLetter } from '../../../src/broker/broker.ts';
import { type Declare, eventually, idsOf, outgoing, queueOf, type Stage } from './stage.ts';

/** Takes the dead letters whose body names this test. */
async function exhumed(
  stage: Stage,
  broker: Broker,
  ack = true,
): Promise<{ letters: DeadLetter[]; stop(): Promise<void> }> {
  const letters: DeadLetter[] = [];
  const subscription = await broker.exhume((letter, done) => {
    const mine = letter.body.includes(stage.run);
    if (mine) letters.push(letter);
    if (ack || !mine) done();
  });
  return { letters, stop: () => subscription.stop() };
}

const letterOf = (stage: Stage, n: number, at = 1_700_000_000_000): DeadLetter => ({
  queue: 'some.queue',
  reason: `reason ${n} — 이유`,
  cause: `cause ${n}`,
  attempts: n,
  firstAt: at - n,
  at,
  body: `body ${n} of ${stage.run}`,
});

export function deadLetters(test: Declare): void {
  test('a body that is no message goes to the dead letters with its reason, and its neighbours go on', async (stage) => {
    const broker = await stage.open();
    const queue = queueOf(broker, 'one');
    const envelopes = stage.many(4);
    const wrongData = { ...stage.make('AcceptOrder'), data: { orderId: 5 } };
    const unknown = { ...stage.make('AcceptOrder'), type: 'FromTheFuture' };
    const bodies = [`{"torn ${stage.run}`, JSON.stringify(wrongData), JSON.stringify(unknown)];
    for (const [n, envelope] of envelopes.entries()) {
      await broker.publish([{ envelope }]);
      if (bodies[n]) await stage.corrupt(queue, Buffer.from(bodies[n]));
    }
    const start = Date.now();
    const one = await stage.take(broker, queue, { prefetch: 2 });
    await eventually('the good ones are taken', () => one.taken.length === 4);
    assert.equal(one.ids(), idsOf(envelopes));

    const { letters } = await exhumed(stage, broker);
    await eventually('the bad ones are exhumed', () => letters.length === 3);
    assert.equal(letters.map(({ body }) => body).sort(), [...bodies].sort());
    for (const letter of letters) {
      assert.is(letter.queue, queue);
      assert.ok(letter.reason.length > 10, letter.reason);
      assert.is(letter.firstAt, letter.at);
      assert.ok(letter.at >= start - 1_000 && letter.at <= Date.now() + 1_000);
    }
    assert.ok(letters.some(({ reason }) => reason.includes('FromTheFuture')));
  });

  test('a bad message among others that came with it is buried alone', async (stage) => {
    const broker = await stage.open();
    const queue = queueOf(broker, 'one');
    const [before, between, behind] = [stage.many(2), stage.many(5), stage.many(2)];
    const wrongData = { ...stage.make('AcceptOrder'), data: { orderId: 5 } };
    const unknown = { ...stage.make('AcceptOrder'), type: 'FromTheFuture' };
    const none = { nothing: `of ${stage.run}` };
    const parcel = [wrongData, ...between.slice(0, 2), unknown, ...between.slice(2), none];
    await broker.publish(outgoing(before));
    await stage.corrupt(queue, Buffer.from(JSON.stringify(parcel)));
    await stage.corrupt(queue, Buffer.from(JSON.stringify([wrongData, none])));
    await stage.corrupt(queue, Buffer.from('[]'));
    await broker.publish(outgoing(behind));
    const one = await stage.take(broker, queue, { prefetch: 3 });
    await eventually('the good ones are taken', () => one.taken.length >= 9);
    assert.equal(one.ids(), idsOf([...before, ...between, ...behind]));

    const { letters } = await exhumed(stage, broker);
    await eventually('the bad ones are exhumed', () => letters.length === 5);
    const bodies = [wrongData, unknown, none, wrongData, none].map((bad) => JSON.stringify(bad));
    assert.equal(letters.map(({ body }) => body).sort(), [...bodies].sort());
    assert.ok(letters.every((letter) => letter.queue === queue && letter.attempts === 0));
    const reasonFor = (body: string) => letters.find((letter) => letter.body === body)!.reason;
    const [data, type, shape] = bodies.map(reasonFor);
    assert.match(data!, 'AcceptOrder.orderId');
    assert.match(type!, 'FromTheFuture');
    assert.match(shape!, 'no message');
  });

  test('bytes that are not even text are buried too, once', async (stage) => {
    const first = await stage.open();
    const queue = queueOf(first, 'one');
    await stage.corrupt(queue, Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x80]), Buffer.from(stage.run)]));
    const marker = stage.make('AcceptOrder');
    await first.publish([{ envelope: marker }]);
    const one = await stage.take(first, queue);
    const { letters } = await exhumed(stage, first);
    await eventually('the one behind is taken and it is exhumed', () => one.taken.length === 1 && letters.length === 1);
    await first.close();

    const second = await stage.open();
    const again = stage.make('AcceptOrder');
    await second.publish([{ envelope: again }]);
    const two = await stage.take(second, queue);
    await eventually('the next one is taken', () => two.taken.length === 1);
    await second.bury([letterOf(stage, 9)]);
    const later = await exhumed(stage, second);
    await eventually('the next letter is exhumed', () => later.letters.length >= 1);
    assert.equal(
      later.letters.map(({ attempts }) => attempts),
      [9],
    );
  });

  test('a letter that is buried is exhumed as it was, in order', async (stage) => {
    const broker = await stage.open();
    const { cause: _, firstAt: __, ...plain } = letterOf(stage, 4);
    const buried = [...[1, 2, 3].map((n) => letterOf(stage, n)), plain];
    await broker.bury(buried);
    const { letters } = await exhumed(stage, broker);
    await eventually('all are exhumed', () => letters.length === 4);
    assert.equal(letters, buried);
  });

  test('a letter that was not acked comes again, and one that was does not', async (stage) => {
    const first = await stage.open();
    await first.bury([letterOf(stage, 1)]);
    const held = await exhumed(stage, first, false);
    await eventually('it is exhumed', () => held.letters.length === 1);
    await first.close();

    const second = await stage.open();
    const acked = await exhumed(stage, second);
    await eventually('it is exhumed again', () => acked.letters.length === 1);
    await acked.stop();
    await second.close();

    const third = await stage.open();
    await third.bury([letterOf(stage, 2)]);
    const last = await exhumed(stage, third);
    await eventually('the other one is exhumed', () => last.letters.some(({ attempts }) => attempts === 2));
    assert.is(last.letters.length, 1);
  });

  test('dead letters have one taker, and another takes over when it is closed', async (stage) => {
    const [active, passive] = [await stage.open(), await stage.open()];
    const first = await exhumed(stage, active);
    await active.bury([letterOf(stage, 1)]);
    await eventually('the first has it', () => first.letters.length === 1);
    const second = await exhumed(stage, passive);
    await active.bury([letterOf(stage, 2), letterOf(stage, 3)]);
    await eventually('the first has all', () => first.letters.length === 3);
    await active.close();
    await passive.bury([letterOf(stage, 4)]);
    await eventually('the second has the next', () => second.letters.length > 0);
    assert.equal(second.letters, [letterOf(stage, 4)]);
  });
}
