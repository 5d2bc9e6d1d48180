import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { wasAnswered } from '../../chaos/promised.ts';
import { Scene } from '../../chaos/scene.ts';
import { randomFrom } from '../../src/simulation/random.ts';
import { proofLength } from '../harness/proof-length.ts';

/** Orders, and how often the platform is killed while they come. */
const orders = proofLength({ short: 150, long: 4_000 });
const kills = proofLength({ short: 3, long: 60 });
const everyMs = 40;

/**
 * Customers order, pay later, think again and have cards that do not pay, at a provider that loses answers, hangs, fails and lands charges
 * long after it was given up on, while the platform is killed with -9 again and again. Afterwards every won is accounted for.
 */
export function moneySuite(name: string, broker: () => string) {
  const test = suite(name);
  test(`after ${kills} kills among ${orders} orders at a broken provider, not a won is lost or kept for nothing`, async () => {
    const psp = ['--latency-ms', '5-60', '--decline-rate', '0.05'];
    const scene = await Scene.open(broker(), { psp, settleSeconds: 8 });
    try {
      await scene.up();
      await scene.psp.control({ failRate: 0.05, hangRate: 0.02, loseRate: 0.05 });
      const shares = { cancelShare: 0.3, payLaterShare: 0.3, seed: 20_260_102 };
      const customers = await scene.customers({ rate: 1_000 / everyMs, ...shares });
      await killAgainAndAgain(scene);
      await customers.reach(orders);
      await scene.psp.control({ failRate: 0, hangRate: 0, loseRate: 0 });
      const record = await customers.leave();

      const { lost, doubled, broken } = await scene.verdict(record);
      assert.equal({ lost, doubled, broken }, { lost: [], doubled: [], broken: [] });
      const { code, data } = await scene.at.json('audit', '--psp', scene.psp.url, '--grace', '1');
      assert.is(code, 0);
      assert.is(data.orders, record.length);
      assert.is(data.psp.capturedWon - data.psp.cancelledWon, data.keptWon);
      const captured = scene.ledger().filter(({ kind }) => kind === 'captured').length;
      assert.ok(captured > orders / 4, 'most could pay');
      const answered = record.filter(wasAnswered).length;
      console.log(`${record.length} orders, ${kills} kills: ${answered} answered, ${captured} captured`);
    } finally {
      await scene.close();
    }
  });
  return test;
}

async function killAgainAndAgain(scene: Scene): Promise<void> {
  const random = randomFrom(20_260_103);
  const spanMs = (orders * everyMs) / kills;
  for (let i = 0; i < kills; i++) {
    await sleep(spanMs * (0.2 + random() * 0.6));
    await scene.crash();
    await scene.up();
  }
}
