import { setTimeout as sleep } from 'node:timers/promises';
import { usedBy } from '../bench/process-use.ts';
import type { Running } from '../test/harness/baedal.ts';
import { eventually } from '../test/harness/eventually.ts';
import { closing } from './closing.ts';
import type { Drill, Ground, Report } from './drill.ts';
import { firstPlacedAfter, type Promised } from './promised.ts';
import { promisesReport, timesOf } from './report.ts';
import { Scene } from './scene.ts';

/** How each alarm is raised and ended, as words of rabbitmqctl. */
const alarms = {
  memory: [
    ['set_vm_memory_high_watermark', 'absolute', '1MB'],
    ['set_vm_memory_high_watermark', '0.4'],
  ],
  disk: [
    ['set_disk_free_limit', '1000000GB'],
    ['set_disk_free_limit', '50MB'],
  ],
} as const;
type AlarmKind = keyof typeof alarms;

/** How long each customer waits for an answer, and what a busy machine may add to it, milliseconds. */
const patienceMs = 8_000;
const marginMs = 4_000;
/** Milliseconds that the alarm lasts, that orders come before it, and after which the platform hangs. */
const alarmMs = 12_000;
const calmMs = 2_000;
const hangsAfterMs = 60_000;
/** Megabytes that a process of the platform may take. */
const memoryAtMost = 400;

/** RabbitMQ is short of memory, and then of disk. */
export const memoryAlarm: Drill<'rounds' | 'rate'> = {
  name: 'memory-alarm',
  what: 'RabbitMQ raises its memory alarm, then its disk alarm, and blocks all publishers while orders come; then it is over.',
  usual: { rounds: 2, rate: 50 },
  run: ({ rounds, rate }, ground) => raise(rounds, rate, ['memory', 'disk'], ground),
};

/** @param kinds which alarms, in turn */
export async function raise(
  rounds: number,
  rate: number,
  kinds: readonly AlarmKind[],
  { brokers, say }: Ground,
  lastsMs = alarmMs,
): Promise<Report> {
  const { url, node } = await brokers.node();
  const scene = await Scene.open(url);
  const broken: string[] = [];
  const recovered: number[] = [];
  let consumed = 0;
  let mostMb = 0;
  try {
    const deciding = await scene.up('--actors', 'order,payment,kitchen,rider');
    let telling = await scene.up('--actors', 'notifier');
    const customers = await scene.customers({ rate, patienceMs });
    for (let round = 0; round < rounds * kinds.length; round++) {
      const kind = kinds[round % kinds.length]!;
      const [on, off] = alarms[kind];
      await sleep(calmMs);
      await telling.kill(); // so that something waits to be consumed
      await sleep(calmMs);
      const end = closing(async () => void (await node.ctl(...off)));
      try {
        await node.ctl(...on);
        await eventually(() => linkOf(deciding) === 'blocked');
        telling = await scene.up('--actors', 'notifier');
        await sleep(lastsMs);
        consumed += toldBy(telling);
        mostMb = Math.max(mostMb, usedBy(deciding.pid).residentMb, usedBy(telling.pid).residentMb);
      } finally {
        await end();
      }
      // RabbitMQ looks at its memory and its disk every few seconds only.
      await eventually(() => linkOf(deciding) === 'up', { withinMs: hangsAfterMs });
      const overAt = Date.now();
      const placedAt = await eventually<number>(() => firstPlacedAfter(customers.record, overAt) ?? 0, {
        withinMs: hangsAfterMs,
      });
      recovered.push(placedAt - overAt);
      say(`${kind} alarm: orders are placed again ${placedAt - overAt} ms after “broker: up”`);
    }
    await sleep(calmMs);
    const record = await customers.leave();
    const waitedMs = Math.max(...record.map(waited));
    if (waitedMs > patienceMs + marginMs)
      broken.push(`A customer was told ${waitedMs} ms after asking, who had ${patienceMs} ms.`);
    if (consumed === 0) broken.push('Nothing was consumed while publishers were blocked.');
    if (mostMb > memoryAtMost) broken.push(`A process of the platform took ${Math.round(mostMb)} MB.`);
    const report = promisesReport(record, await scene.verdict(record));
    return {
      figures: [
        { what: 'alarms', is: rounds * kinds.length, unit: '' },
        ...report.figures,
        { what: 'messages told to people while publishers were blocked', is: consumed, unit: '', atLeast: 1 },
        {
          what: 'longest that a customer waited for an answer',
          is: waitedMs,
          unit: 'ms',
          atMost: patienceMs + marginMs,
        },
        { what: 'memory of the largest process, during the alarms', is: mostMb, unit: 'MB', atMost: memoryAtMost },
        ...timesOf('from “broker: up” to the next order placed', recovered),
      ],
      broken: [...broken, ...report.broken],
    };
  } finally {
    await scene.close();
  }
}

/** How the link is, as the process itself has said last. */
const linkOf = (running: Running): string | undefined => [...running.stderr().matchAll(/^broker: (\w+)/gm)].at(-1)?.[1];

const toldBy = (running: Running): number => running.stderr().split(' ← ').length - 1;

/** Milliseconds until a customer was told something, or that nobody answers. */
const waited = ({ askedAt, settledAt }: Promised): number => settledAt! - askedAt;
