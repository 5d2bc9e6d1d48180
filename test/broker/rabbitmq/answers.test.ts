import type { Message } from 'amqplib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AnswerSender, answersIn } from '../../../src/broker/rabbitmq/answers.ts';
import type { LossyChannel } from '../../../src/broker/rabbitmq/lossy-channel.ts';
import { contractTopology } from '../contract/stage.ts';

const done = (orderId: string) => ({ outcome: 'done' as const, orderId, status: 'placed' });

/** A sender, and what it sent: to which address, and what came. */
function sender() {
  const sent: { address: string; message: Message }[] = [];
  const send = (_exchange: string, address: string, content: Buffer, properties: object = {}) =>
    void sent.push({ address, message: { content, properties } as Message });
  return { sent, answers: new AnswerSender(contractTopology('answers'), { send } as unknown as LossyChannel) };
}

const came = (content: string, correlationId?: string) =>
  answersIn({ content: Buffer.from(content), properties: { correlationId } } as Message);

test('answers that are given together to the same address travel together, and each finds its request', async () => {
  const { answers, sent } = sender();
  for (const to of ['here/1', 'there/1', 'here/2', 'here/3']) answers.send(to, done(to));
  await Promise.resolve();
  assert.equal(
    sent.map(({ address, message }) => [address, answersIn(message)]),
    [
      ['here', ['1', '2', '3'].map((correlationId) => ({ correlationId, answer: done(`here/${correlationId}`) }))],
      ['there', [{ correlationId: '1', answer: done('there/1') }]],
    ],
  );
});

test('an answer that is given later travels by itself', async () => {
  const { answers, sent } = sender();
  for (const to of ['here/1', 'here/2']) {
    answers.send(to, done(to));
    await Promise.resolve();
  }
  assert.equal(
    sent.map(({ message }) => [message.properties.correlationId, JSON.parse(message.content.toString())]),
    [
      ['1', done('here/1')],
      ['2', done('here/2')],
    ],
  );
});

test('what is no answer hurts none that came with it', () => {
  const good = { correlationId: '7', answer: done('o') };
  const all = JSON.stringify([
    null,
    5,
    'x',
    [],
    {},
    { correlationId: '6' },
    { correlationId: '6', answer: 'done' },
    good,
  ]);
  assert.equal(came(all), [good]);
  for (const nonsense of ['', 'x', 'null', '5', '{}', '[]', '[[]]', '{"outcome":"maybe"}'])
    assert.equal(came(nonsense, '1'), [], nonsense);
});

test.run();
