import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../test/harness/eventually.ts';
import { closing } from './closing.ts';
import type { Drill, Ground, Length, Report } from './drill.ts';
import { firstPlacedAfter } from './promised.ts';
import { promisesReport, timesOf, unanswered } from './report.ts';
import { Scene } from './scene.ts';

/** Milliseconds in which orders are placed before each freeze. */
const calmMs = 2_000;
/** Milliseconds that the platform may take to notice, or to place orders again: beyond that it hangs. */
const hangsAfterMs = 90_000;

/** Stops RabbitMQ's process until the platform has noticed, and lets it go on. */
export const brokerFrozen: Drill<'rounds' | 'rate'> = {
  name: 'broker-frozen',
  what: 'The process of a RabbitMQ is stopped (SIGSTOP) for longer than it takes to be noticed, and goes on (SIGCONT).',
  usual: { rounds: 3, rate: 20 },
  run: (length, ground) => freeze(length, ground),
};

/** @param heartbeatSeconds after two to three of which a frozen broker is noticed; default: as the platform has it */
export async function freeze(
  { rounds, rate }: Pick<Length, 'rounds' | 'rate'>,
  { brokers, say }: Ground,
  heartbeatSeconds?: number,
): Promise<Report> {
  const { url, node } = await brokers.node();
  const scene = await Scene.open(heartbeatSeconds === undefined ? url : `${url}?heartbeat=${heartbeatSeconds}`);
  try {
    const up = await scene.up();
    const timesDown = () => up.stderr().split('broker: down').length - 1;
    const customers = await scene.customers({ rate, patienceMs: hangsAfterMs });
    const noticed: number[] = [];
    const recovered: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      await sleep(calmMs);
      const before = timesDown();
      const frozenAt = Date.now();
      const pid = node.pid()!;
      const goOn = closing(async () => void process.kill(pid, 'SIGCONT'));
      process.kill(pid, 'SIGSTOP');
      try {
        await eventually(() => timesDown() > before, { withinMs: hangsAfterMs });
        noticed.push(Date.now() - frozenAt);
        await sleep(calmMs); // and tries in vain to connect
      } finally {
        await goOn();
      }
      const goesOnAt = Date.now();
      const placedAt = await eventually<number>(() => firstPlacedAfter(customers.record, goesOnAt) ?? 0, {
        withinMs: hangsAfterMs,
      });
      recovered.push(placedAt - goesOnAt);
      say(
        `freeze ${round} of ${rounds}: noticed after ${noticed.at(-1)} ms, over ${recovered.at(-1)} ms after its end`,
      );
    }
    await sleep(calmMs / 2);
    const record = await customers.leave();
    const { figures, broken } = promisesReport(record, await scene.verdict(record));
    return {
      figures: [
        { what: 'freezes of the broker', is: rounds, unit: '' },
        ...figures,
        ...timesOf('from the freeze to “broker: down”', noticed),
        ...timesOf('from going on to the next order placed', recovered),
      ],
      broken: [...unanswered(record), ...broken],
    };
  } finally {
    await scene.close();
  }
}
