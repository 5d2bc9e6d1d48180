import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Mailbox } from '../../../src/broker/host/mailbox.ts';
import { backoffMs, putOffMs } from '../../../src/broker/host/retry.ts';

const box = (...items: string[]) => {
  const mailbox = new Mailbox<{ key: string; name: string }>();
  for (const name of items) mailbox.put({ key: name[0]!, name });
  return { mailbox, names: (max = 10) => mailbox.take(max).map(({ name }) => name) };
};

test('first come, first served', () => {
  const { names } = box('a1', 'b1', 'a2');
  assert.equal(names(2), ['a1', 'b1']);
  assert.equal(names(), ['a2']);
});

test('messages of a held order wait aside, and come first when it is let go', () => {
  const { mailbox, names } = box('a1', 'b1');
  mailbox.hold('a');
  mailbox.put({ key: 'a', name: 'a2' });
  mailbox.put({ key: 'c', name: 'c1' });
  assert.equal(names(), ['b1', 'c1']);
  mailbox.put({ key: 'd', name: 'd1' });
  mailbox.release('a', [{ key: 'a', name: 'answer' }]);
  assert.equal(names(), ['answer', 'a1', 'a2', 'd1']);
});

test('orders that are let go come in the order in which they were, before what waits', () => {
  const { mailbox, names } = box('c1');
  for (const key of ['a', 'b']) {
    mailbox.hold(key);
    mailbox.park({ key, name: `${key}1` });
  }
  for (const key of ['a', 'b']) mailbox.release(key, [{ key, name: `${key} answered` }]);
  assert.is(mailbox.size, 5);
  assert.equal(names(3), ['a answered', 'a1', 'b answered']);
  mailbox.hold('b');
  assert.equal(names(), ['c1']);
  mailbox.release('b');
  assert.equal(names(), ['b1']);
});

test('what is put back comes before everything else', () => {
  const { mailbox, names } = box('a1', 'b1');
  const [first] = mailbox.take(1);
  mailbox.putBack([first!]);
  assert.equal(names(), ['a1', 'b1']);
});

test('what is gone is forgotten, in its turn and aside, and the rest keeps its order', () => {
  const { mailbox, names } = box('a1', 'b1', 'c1');
  mailbox.hold('c');
  mailbox.park({ key: 'c', name: 'c2' });
  mailbox.park({ key: 'c', name: 'c3' });
  assert.is(
    mailbox.drop(({ name }) => ['b1', 'c2'].includes(name)),
    2,
  );
  mailbox.release('c');
  assert.equal(names(), ['c3', 'a1', 'c1']);
});

test('what is parked keeps its place behind what is aside already', () => {
  const { mailbox, names } = box();
  mailbox.hold('a');
  for (const name of ['a1', 'a2']) mailbox.park({ key: 'a', name });
  mailbox.release('a');
  assert.equal(names(), ['a1', 'a2']);
});

test('the wait after a failure doubles up to half an hour, half of it by chance', () => {
  const most = [0, 1, 2, 3, 20].map((attempt) => backoffMs(attempt, () => 1));
  assert.equal(most, [200, 400, 800, 1_600, 1_800_000]);
  const least = [0, 1, 2, 3, 20].map((attempt) => backoffMs(attempt, () => 0));
  assert.equal(least, [100, 200, 400, 800, 900_000]);
});

test('what was not even tried waits half as long again as it has waited, between what was asked for and five minutes', () => {
  const waits = [0, 1_000, 60_000, 24 * 3_600_000].map((waitedMs) => putOffMs(waitedMs, 2_000, () => 0));
  assert.equal(waits, [2_000, 2_000, 30_000, 300_000]);
  assert.is(
    putOffMs(60_000, 2_000, () => 1),
    45_000,
  );
  assert.is(
    putOffMs(0, 600_000, () => 0),
    600_000,
    'never less than was asked for',
  );
});

test.run();
