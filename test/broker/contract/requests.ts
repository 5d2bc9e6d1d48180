import * as assert from 'uvu/assert';
import type { Answer } from '../../../src/actors/actor.ts';
import { RequestTimedOut } from '../../../src/broker/errors.ts';
import { type Declare, eventually, queueOf } from './stage.ts';

const done = (orderId: string, status: string): Answer => ({ outcome: 'done', orderId, status });

export function requests(test: Declare): void {
  test('a request gets its own answer, with many under way', async (stage) => {
    const broker = await stage.open();
    await broker.consume(queueOf(broker, 'one'), {
      prefetch: 5,
      onDeliveries: (deliveries) => {
        for (const { envelope, ack } of deliveries) {
          if (envelope.replyTo) broker.answer(envelope.replyTo, done(envelope.key, envelope.id));
          ack();
        }
      },
    });
    const asked = stage.many(30);
    const answers = await Promise.all(asked.map((envelope) => broker.request(envelope, 15_000)));
    assert.equal(
      answers,
      asked.map(({ key, id }) => done(key, id)),
    );
  });

  test('a request is answered by another process, refusal and all', async (stage) => {
    const broker = await stage.open();
    const child = await stage.startChild();
    child.tell({ do: 'answer', queue: queueOf(broker, 'two') });
    await child.says('answering');
    const asked = [stage.make('FinishCooking'), stage.make('FinishCooking')];
    for (const envelope of asked) assert.equal(await broker.request(envelope, 15_000), done(envelope.key, envelope.id));

    const refusal: Answer = {
      outcome: 'refused',
      orderId: 'o',
      code: 'too-late',
      reason: '이미 출발했습니다.',
      retryAfterMs: 5,
    };
    const one = await stage.take(broker, queueOf(broker, 'one'));
    child.tell({ do: 'request', envelope: stage.make('AcceptOrder'), timeoutMs: 15_000 });
    await eventually('the request of the child is here', () => one.taken.length === 1);
    broker.answer(one.taken[0]!.envelope.replyTo!, refusal);
    assert.equal(JSON.parse(await child.says('answered')), refusal);
  });

  test('a request that nobody answers times out, and is still read later', async (stage) => {
    const broker = await stage.open();
    const envelope = stage.make('AcceptOrder');
    const start = Date.now();
    const outcome = await broker.request(envelope, 300).catch((error) => error);
    assert.instance(outcome, RequestTimedOut);
    assert.ok(Date.now() - start >= 290, 'it gave up early');
    const one = await stage.take(broker, queueOf(broker, 'one'));
    await eventually('it is read', () => one.ids().includes(envelope.id));
  });

  test('an answer to someone who does not wait any more hurts nobody', async (stage) => {
    const [asking, gone] = [await stage.open(), await stage.open()];
    const one = await stage.take(asking, queueOf(asking, 'one'), { ack: false });
    const late = gone.request(stage.make('AcceptOrder'), 200).catch((error) => error);
    await eventually('the request is here', () => one.taken.length === 1);
    assert.instance(await late, RequestTimedOut);
    const answer = done('o', 'late');
    asking.answer(one.taken[0]!.envelope.replyTo!, answer);
    await gone.close();
    asking.answer(one.taken[0]!.envelope.replyTo!, answer);
    for (const nonsense of ['', 'nobody', '/', 'a/b/c', 'a/1', ' ']) asking.answer(nonsense, answer);

    const mine = asking.request(stage.make('AcceptOrder'), 15_000);
    await eventually('the next request is here', () => one.taken.length === 2);
    asking.answer(one.taken[1]!.envelope.replyTo!, done('o', 'first'));
    asking.answer(one.taken[1]!.envelope.replyTo!, done('o', 'second'));
    assert.equal(await mine, done('o', 'first'));
  });
}
