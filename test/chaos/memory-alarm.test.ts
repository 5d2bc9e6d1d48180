import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { raise } from '../../chaos/memory-alarm.ts';
import { assertKept, figureOf, testGround } from './kept.ts';

const test = suite('a RabbitMQ that is short of memory');
const ground = testGround();
test.after(() => ground.brokers.stop());

test('it blocks publishers; consumers still consume, whoever waits is told in time, and afterwards all goes on', async () => {
  const report = await raise(1, 20, ['memory'], ground, 3_000);
  assertKept(report);
  assert.ok(figureOf(report, 'messages told to people while publishers were blocked') > 0);
});

test.run();
