import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

// As the launcher does: React's development build keeps a record of all that it draws.
process.env['NODE_ENV'] = 'production';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is still held, MB. */
function heldMb(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

test('however long the screen is watched, nothing is kept of what it showed', async () => {
  const { delivered } = await import('../../readmodel/stories.ts');
  const { dashboardStage } = await import('./stage.ts');
  const orders = Array.from({ length: 40 }, (_, i) => delivered(`order-${i}`).slice(0, 3));
  const at = dashboardStage({ columns: 120, rows: 40, events: orders.flat() });
  // Every line is another one each second, since the orders wait longer.
  const watch = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      at.time.now += 1_000;
      await at.look();
      at.forgetFrames();
    }
  };
  await watch(100);
  const before = heldMb();
  await watch(300);
  const grownMb = heldMb() - before;
  at.close();
  assert.ok(grownMb < 1, `${grownMb.toFixed(1)} MB more`);
});

test.run();
