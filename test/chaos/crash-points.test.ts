import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crashActors, pointsOf } from '../../chaos/crash-points.ts';
import { brokerKinds } from '../../chaos/drill.ts';
import { assertKept, figureOf, testGround } from './kept.ts';

const test = suite('crash points');
const ground = testGround();
test.after(() => ground.brokers.stop());

// The payment actor comes to every point there is.
for (const kind of brokerKinds)
  test(`whoever takes the money dies of -9 wherever that could hurt, on ${kind}: it is taken once, and no order is lost`, async () => {
    const report = await crashActors(kind, [{ actor: 'payment', points: pointsOf('payment') }], 20, ground);
    assertKept(report);
    assert.is(figureOf(report, `${kind}: crashes`), 12);
  });

test.run();
