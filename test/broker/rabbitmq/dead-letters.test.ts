import type { Message } from 'amqplib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { letterOf } from '../../../src/broker/rabbitmq/dead-letters.ts';

const now = () => 1_700_000_000_000;
const lying = (headers: object) =>
  ({
    content: Buffer.from('a body'),
    fields: { routingKey: 'the queue of the dead' },
    properties: { headers },
  }) as unknown as Message;

test('what RabbitMQ gave up says where it was, why and when', () => {
  const death = { queue: 'kitchen', reason: 'delivery_limit', time: { value: 1_600_000_000 } };
  const { queue, reason, at } = letterOf(lying({ 'x-death': [death] }), now);
  assert.equal([queue, reason, at], ['kitchen', 'RabbitMQ gave it up: delivery limit.', 1_600_000_000_000]);
  assert.is(letterOf(lying({ 'x-death': [death], 'x-first-death-queue': 'order' }), now).queue, 'order');
});

test('a letter whose headers somebody has made up is a letter all the same', () => {
  const odd = [5, true, 'text', {}, [], [null], [5], [{}], [{ queue: 5, reason: {} }], [{ queue: 'q' }]];
  for (const death of [...odd, null])
    for (const first of [undefined, 5, [], {}]) {
      const headers = { 'x-death': death, ...(first !== undefined && { 'x-first-death-queue': first }) };
      const letter = letterOf(lying(headers), now);
      assert.equal(
        [letter.queue, letter.reason, letter.body],
        ['the queue of the dead', 'Somebody put this here by hand.', 'a body'],
        JSON.stringify(headers),
      );
    }
});

test.run();
