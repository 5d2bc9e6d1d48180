import { mock } from 'node:test';
import type { Channel, Message } from 'amqplib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AckBook } from '../../../src/broker/rabbitmq/acks.ts';

/** A book whose acks are noted: `5*` is "all up to 5", `-5` is "5 back to its queue". */
function book(isAlive = () => true): { acks: AckBook; sent: string[] } {
  const sent: string[] = [];
  const ack = ({ fields }: Message, allUpTo?: boolean) => sent.push(`${fields.deliveryTag}${allUpTo ? '*' : ''}`);
  const reject = ({ fields }: Message) => sent.push(`-${fields.deliveryTag}`);
  return { acks: new AckBook({ ack, reject } as unknown as Channel, isAlive, 512), sent };
}

/** The time in which a book waits. */
const time = mock.timers;
const test = suite('acks');
test.before.each(() => time.enable({ apis: ['setTimeout'] }));
test.after.each(() => time.reset());

test('what is finished within a few milliseconds is acked once, up to the last', () => {
  const { acks, sent } = book();
  for (const tag of [3, 1, 2]) acks.finish(tag);
  time.tick(5);
  acks.finish(4);
  assert.equal(sent, []);
  time.tick(5);
  assert.equal(sent, ['4*']);
  time.tick(1_000);
  assert.equal(sent, ['4*']);
});

test('what is finished behind an older one in hand waits for that one, and is acked with it', () => {
  const { acks, sent } = book();
  for (const tag of [2, 3]) acks.finish(tag);
  time.tick(200);
  acks.finish(1);
  time.tick(1_000);
  assert.equal(sent, ['3*']);
});

test('it is acked by itself where the older one takes longer', () => {
  const { acks, sent } = book();
  for (const tag of [2, 4]) acks.finish(tag);
  time.tick(249);
  assert.equal(sent, []);
  time.tick(1);
  assert.equal(sent, ['2', '4']);
});

test('at once where many are behind it, so that the broker goes on giving', () => {
  const { acks, sent } = book();
  for (let tag = 2; tag <= 129; tag++) acks.finish(tag);
  assert.equal(sent, []);
  acks.finish(130);
  assert.is(sent.length, 129);
  acks.finish(1);
  time.tick(10);
  assert.is(sent.at(-1), '1*');
});

test('a tag that was acked by itself is never named again', () => {
  const { acks, sent } = book();
  for (const tag of [2, 4]) acks.finish(tag);
  acks.flush();
  for (const tag of [1, 3]) acks.finish(tag);
  time.tick(10);
  assert.equal(sent, ['2', '4', '3*']);
  acks.finish(5);
  time.tick(10);
  assert.equal(sent.at(-1), '5*');
});

test('finishing twice is finishing once', () => {
  const { acks, sent } = book();
  for (const tag of [1, 1, 3, 3]) acks.finish(tag);
  acks.flush();
  for (const tag of [1, 3]) acks.finish(tag);
  time.tick(1_000);
  assert.equal(sent, ['1*', '3']);
});

test('what was given back is never named again, and those behind it are acked', () => {
  const { acks, sent } = book();
  for (const tag of [2, 5]) acks.finish(tag);
  for (const tag of [1, 3, 1, 2]) acks.giveBack(tag);
  time.tick(10);
  assert.equal(sent, ['-1', '-3', '2*']);
  for (const tag of [1, 3, 4]) acks.finish(tag);
  time.tick(10);
  assert.equal(sent, ['-1', '-3', '2*', '5*']);
});

test('a book whose channel is lost sends nothing', () => {
  let alive = true;
  const { acks, sent } = book(() => alive);
  acks.finish(1);
  alive = false;
  acks.finish(2);
  acks.flush();
  time.tick(10);
  assert.equal(sent, []);
});

test('a channel that is closing does not hurt', () => {
  const channel = {
    ack: () => {
      throw new Error('Channel closing');
    },
  } as unknown as Channel;
  const acks = new AckBook(channel, () => true, 512);
  acks.finish(1);
  acks.flush();
});

test.run();
