import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fillUp } from '../../chaos/disk-full.ts';
import { limitDisk, openDisk } from '../../chaos/full-disk.ts';
import { baedal } from '../harness/baedal.ts';
import { tempFolder } from '../harness/temp-folder.ts';
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

test('`baedal up` that finds it full says so, and ends', async () => {
  const disk = await openDisk(20);
  const own = tempFolder();
  try {
    await disk.fill([]);
    const env = { BAEDAL_DATA: disk.data, BAEDAL_BROKER: 'sqlite:', BAEDAL_PSP: undefined, HOME: own.path };
    const { code, stderr } = await baedal(['up', '--plain'], { env });
    assert.is(code, 1);
    assert.match(stderr, /disk|write/i);
    assert.not.match(stderr, /^\s+at /m);
  } finally {
    await disk.makeRoom();
    await disk.close();
    own.remove();
  }
});

test.run();
