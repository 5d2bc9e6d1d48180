import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../test/harness/eventually.ts';
import type { Drill } from './drill.ts';
import { firstPlacedAfter } from './promised.ts';
import { promisesReport, timesOf, unanswered } from './report.ts';
import { Scene } from './scene.ts';

/** Milliseconds in which orders are placed before each kill; queues need one to be safe from the first one. */
const calmMs = 3_000;
/** Milliseconds that the first order may take after the broker answers again, beyond which the platform hangs. */
const hangsAfterMs = 60_000;

/** Milliseconds until everything is over. A timer that the node was just passing on when it died may be passed on three minutes later. */
const overAfterMs = 300_000;

/** Kills RabbitMQ with -9 and starts it again, while orders come. */
export const brokerKilled: Drill<'rounds' | 'rate'> = {
  name: 'broker-killed',
  what: 'A RabbitMQ of its own is killed with -9 and started again, while orders come.',
  usual: { rounds: 10, rate: 20 },
  run: async ({ rounds, rate }, { brokers, say }) => {
    const { url, node } = await brokers.node();
    const scene = await Scene.open(url);
    try {
      await scene.up();
      const customers = await scene.customers({ rate, patienceMs: 60_000 });
      const sinceAnswering: number[] = [];
      const sinceKill: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        await sleep(calmMs * (0.5 + Math.random()));
        const killedAt = Date.now();
        await node.kill('SIGKILL');
        await node.start();
        const answersAt = Date.now();
        const placedAt = await eventually<number>(() => firstPlacedAfter(customers.record, answersAt) ?? 0, {
          withinMs: hangsAfterMs,
        });
        sinceAnswering.push(placedAt - answersAt);
        sinceKill.push(placedAt - killedAt);
        say(`kill ${round} of ${rounds}: orders are placed again ${placedAt - answersAt} ms after it answered`);
      }
      await sleep(calmMs / 2);
      const record = await customers.leave();
      const { figures, broken } = promisesReport(record, await scene.verdict(record, overAfterMs));
      return {
        figures: [
          { what: 'kills of the broker', is: rounds, unit: '' },
          ...figures,
          ...timesOf('from answering again to the next order placed', sinceAnswering),
          ...timesOf('from the kill to the next order placed', sinceKill),
        ],
        broken: [...unanswered(record), ...broken],
      };
    } finally {
      await scene.close();
    }
  },
};
