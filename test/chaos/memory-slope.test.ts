import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memorySlope } from '../../chaos/memory-slope.ts';
import { slopeOf } from '../../chaos/slope.ts';
import { assertKept, figureOf, testGround } from './kept.ts';

test('the slope is that of the line that fits best', () => {
  const line = [0, 1, 2, 5].map((minute) => ({ minute, mb: 100 + 3 * minute }));
  assert.is(slopeOf(line), 3);
  assert.is(slopeOf(line.map(({ minute }) => ({ minute, mb: 80 }))), 0);
  const noisy = [1, -1, -1, 1].map((noise, minute) => ({ minute, mb: 100 - 2 * minute + noise }));
  assert.is(slopeOf(noisy), -2);
});

test('one moment has no slope', () => {
  assert.throws(() => slopeOf([]), 'have no slope');
  assert.throws(() => slopeOf([{ minute: 1, mb: 2 }]), 'have no slope');
});

test('the memory of the platform is watched while orders come', async () => {
  const ground = testGround();
  const report = await memorySlope.run({ rate: 50, minutes: 0.15, brokers: ['embedded'] }, ground);
  await ground.brokers.stop();
  assertKept(report);
  assert.ok(figureOf(report, 'embedded: memory at most') > 30);
});

test.run();
