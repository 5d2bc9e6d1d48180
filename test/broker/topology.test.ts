import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rungFor, topologyOf } from '../../src/broker/topology.ts';

const topology = topologyOf([]);
const [shortest = 0] = topology.delaysMs;

/** The rungs that a message climbs which is to wait so long, and may be so much later, where nothing else takes time. */
function climbed(delayMs: number, slackMs: number): number[] {
  const rungs: number[] = [];
  for (let restMs = delayMs; restMs > 0; restMs -= rungs.at(-1)!) rungs.push(rungFor(topology, restMs, slackMs));
  return rungs;
}
const sum = (rungs: readonly number[]) => rungs.reduce((total, rung) => total + rung, 0);

/** From a millisecond to three hours, closely. */
const delays = Array.from({ length: 2_000 }, (_, i) => Math.ceil(10_800_000 ** (i / 1_999)));

test('each rung of the ladder is at most twice the one before', () => {
  for (const [i, rung] of topology.delaysMs.entries())
    assert.ok(rung <= 2 * (topology.delaysMs[i - 1] ?? rung), `${rung} ms`);
});

test('a delay that is as long as a rung is waited for in one go', () => {
  for (const rung of topology.delaysMs) assert.equal(climbed(rung, 0), [rung]);
});

test('no message comes before its time, nor later than its slack or the shortest rung', () => {
  for (const delayMs of delays)
    for (const slackMs of [0, Math.floor(delayMs / 10)]) {
      const lateMs = sum(climbed(delayMs, slackMs)) - delayMs;
      assert.ok(lateMs >= 0, `${delayMs} ms came ${-lateMs} ms early`);
      assert.ok(lateMs <= Math.max(slackMs, shortest), `${delayMs} ms came ${lateMs} ms late`);
    }
});

test('a message that may be late by a tenth climbs three rungs at most, but where it waits for more than an hour', () => {
  const longest = topology.delaysMs.at(-1)!;
  for (const delayMs of delays) {
    const rungs = climbed(delayMs, Math.floor(delayMs / 10)).filter((rung) => rung < longest);
    assert.ok(rungs.length <= 3, `${delayMs} ms: ${rungs}`);
  }
});

test.run();
