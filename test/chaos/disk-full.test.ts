import { suite } from 'uvu';
import { fillUp } from '../../chaos/disk-full.ts';
import { limitDisk, openDisk } from '../../chaos/full-disk.ts';
import { assertKept, testGround } from './kept.ts';

const test = suite('a full disk');
const ground = testGround();
test.after(() => ground.brokers.stop());

test('with the embedded broker on it: that is said, what was accepted stays, and it goes on by itself', async () => {
  assertKept(await fillUp('embedded', 1, 20, await openDisk(100), ground, 3_000));
});

test('with RabbitMQ elsewhere: the actors wait, and go on by themselves', async () => {
  assertKept(await fillUp('rabbitmq', 1, 20, limitDisk('In this test no file system is mounted'), ground, 3_000));
});

test.run();
