import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { freeze } from '../../chaos/broker-frozen.ts';
import { brokerKilled } from '../../chaos/broker-killed.ts';
import { assertKept, figureOf, testGround } from './kept.ts';

const test = suite('a RabbitMQ that fails');
const ground = testGround();
test.after(() => ground.brokers.stop());

test('killed with -9 while orders come: it keeps what was promised, and orders are placed again', async () => {
  const report = await brokerKilled.run({ rounds: 1, rate: 20 }, ground);
  assertKept(report);
  assert.ok(figureOf(report, 'from answering again to the next order placed, p50') > 0);
});

test('frozen for longer than a few heartbeats: that is noticed, and nothing is lost by it', async () => {
  assertKept(await freeze({ rounds: 1, rate: 20 }, ground, 2));
});

test.run();
