import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crashActors, pointsOf } from '../../chaos/crash-points.ts';
import type { CrashPoint } from '../../chaos/crashing.ts';
import { type BrokerKind, brokerKinds } from '../../chaos/drill.ts';
import { assertKept, figureOf, testGround } from './kept.ts';

const test = suite('crash points');
const ground = testGround();
test.after(() => ground.brokers.stop());

/** The payment actor comes to every point there is; what happens between a commit and a call has nothing to do with the broker. */
const points: Record<BrokerKind, readonly CrashPoint[]> = {
  embedded: pointsOf('payment'),
  rabbitmq: pointsOf('payment').filter((point) => !/-(commit|call)$/.test(point)),
};

process.setMaxListeners(30); // whatever is started for both listens for our end

/** On all brokers at once: each process takes its time to start, and has little to do then. */
const crashed = brokerKinds.map((kind) => {
  const report = crashActors(kind, [{ actor: 'payment', points: points[kind] }], 20, ground);
  report.catch(() => {}); // its test hears of it
  return { kind, report };
});

for (const { kind, report } of crashed)
  test(`whoever takes the money dies of -9 wherever that could hurt, on ${kind}: it is taken once, and no order is lost`, async () => {
    assertKept(await report);
    assert.is(figureOf(await report, `${kind}: crashes`), kind === 'embedded' ? 12 : 8);
  });

test.run();
