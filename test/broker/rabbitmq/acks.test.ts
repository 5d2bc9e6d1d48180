import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Message } from 'amqplib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AckBook } from '../../../src/broker/rabbitmq/acks.ts';

/** A book whose acks are noted: `5*` is "all up to 5", `-5` is "5 back to its queue". */
function book(isAlive = () => true): { acks: AckBook; sent: string[] } {
  const sent: string[] = [];
  const ack = ({ fields }: Message, allUpTo?: boolean) => sent.push(`${fields.deliveryTag}${allUpTo ? '*' : ''}`);
  const reject = ({ fields }: Message) => sent.push(`-${fields.deliveryTag}`);
  return { acks: new AckBook({ ack, reject } as unknown as Channel, isAlive), sent };
}
const tick = () => new Promise(setImmediate);

test('what is finished in one tick is acked at once, up to the last', async () => {
  const { acks, sent } = book();
  for (const tag of [3, 1, 2, 4]) acks.finish(tag);
  assert.equal(sent, []);
  await tick();
  assert.equal(sent, ['4*']);
});

test('what is finished behind an older one in hand is acked by itself, a little later', async () => {
  const { acks, sent } = book();
  for (const tag of [2, 4]) acks.finish(tag);
  await tick();
  assert.equal(sent, []);
  await sleep(50);
  assert.equal(sent, ['2', '4']);
});

test('a tag that was acked by itself is never named again', async () => {
  const { acks, sent } = book();
  for (const tag of [2, 4]) acks.finish(tag);
  acks.flush();
  for (const tag of [1, 3]) acks.finish(tag);
  await tick();
  assert.equal(sent, ['2', '4', '3*']);
  acks.finish(5);
  await tick();
  assert.equal(sent.at(-1), '5*');
});

test('finishing twice is finishing once', async () => {
  const { acks, sent } = book();
  for (const tag of [1, 1, 3, 3]) acks.finish(tag);
  acks.flush();
  for (const tag of [1, 3]) acks.finish(tag);
  await sleep(50);
  assert.equal(sent, ['1*', '3']);
});

test('what was given back is never named again, and those behind it are acked', async () => {
  const { acks, sent } = book();
  for (const tag of [2, 5]) acks.finish(tag);
  for (const tag of [1, 3, 1, 2]) acks.giveBack(tag);
  await tick();
  assert.equal(sent, ['-1', '-3', '2*']);
  for (const tag of [1, 3, 4]) acks.finish(tag);
  await tick();
  assert.equal(sent, ['-1', '-3', '2*', '5*']);
});

test('a book whose channel is lost sends nothing', async () => {
  let alive = true;
  const { acks, sent } = book(() => alive);
  acks.finish(1);
  alive = false;
  acks.finish(2);
  acks.flush();
  await tick();
  assert.equal(sent, []);
});

test('a channel that is closing does not hurt', () => {
  const channel = {
    ack: () => {
      throw new Error('Channel closing');
    },
  } as unknown as Channel;
  const acks = new AckBook(channel, () => true);
  acks.finish(1);
  acks.flush();
});

test.run();
