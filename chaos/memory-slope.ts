import { setTimeout as sleep } from 'node:timers/promises';
import { usedBy } from '../bench/process-use.ts';
import type { BrokerKind, Drill, Ground, Report } from './drill.ts';
import { wasToldPlaced } from './promised.ts';
import { promisesReport, together } from './report.ts';
import { Scene } from './scene.ts';
import { type Sample, slopeOf } from './slope.ts';

/** Milliseconds between two looks at the memory. */
const everyMs = 2_000;
/** The part of the time at the start that does not count: caches fill up. Minutes at most. */
const warmUpShare = 0.25;
const warmUpAtMost = 5;
/** Megabytes a minute that are no leak, where it was watched for at least so many minutes: below that it is all noise. */
const slopeAtMost = 1;
const judgedFrom = 10;

/** Milliseconds that it may take to hold so many orders against each other. */
const verdictWithinMs = 600_000;

/** Watches how much memory the platform takes. */
export const memorySlope: Drill<'rate' | 'minutes' | 'brokers'> = {
  name: 'memory-slope',
  what: 'Orders come steadily for a long time, and the memory of the platform (RSS of `baedal up`) is not to grow.',
  usual: { rate: 200, minutes: 20, brokers: ['embedded', 'rabbitmq'] },
  run: async ({ rate, minutes, brokers }, ground) => {
    const reports: Report[] = [];
    for (const kind of brokers) reports.push(await watch(kind, rate, minutes, ground));
    return together(reports);
  },
};

async function watch(kind: BrokerKind, rate: number, minutes: number, { brokers, say }: Ground): Promise<Report> {
  const where = `${kind}: `;
  const scene = await Scene.open(await brokers.url(kind), { psp: ['--latency-ms', '2-20'] });
  try {
    const up = await scene.up('--quiet');
    const customers = await scene.customers({ rate, cancelShare: 0.05 });
    const samples: Sample[] = [];
    const startedAt = performance.now();
    const minute = () => (performance.now() - startedAt) / 60_000;
    let saidAt = 0;
    while (minute() < minutes) {
      await sleep(everyMs);
      samples.push({ minute: minute(), mb: usedBy(up.pid).residentMb });
      if (minute() - saidAt < 1) continue;
      saidAt = minute();
      say(`${where}minute ${Math.round(saidAt)}: ${Math.round(samples.at(-1)!.mb)} MB`);
    }
    const record = await customers.leave();
    const perSecond = record.filter(wasToldPlaced).length / (60 * minutes);

    const warmUp = Math.min(warmUpAtMost, minutes * warmUpShare);
    const counted = samples.filter((sample) => sample.minute >= warmUp);
    const slope = slopeOf(counted);
    const isJudged = minutes - warmUp >= judgedFrom;
    const report = promisesReport(record, await scene.verdict(record, verdictWithinMs), where);
    const figure = (what: string, is: number, unit: string) => ({ what: `${where}${what}`, is, unit });
    return {
      figures: [
        ...report.figures,
        figure('orders placed a second', perSecond, ''),
        figure(`memory after ${warmUp} of ${minutes} minutes`, counted[0]!.mb, 'MB'),
        figure('memory at the end', counted.at(-1)!.mb, 'MB'),
        figure('memory at most', Math.max(...samples.map(({ mb }) => mb)), 'MB'),
        {
          ...figure(`slope of the memory, ${counted.length} samples`, slope, 'MB/min'),
          ...(isJudged && { atMost: slopeAtMost }),
        },
      ],
      broken: [
        ...report.broken,
        ...(isJudged && slope > slopeAtMost ? [`${where}memory grows by ${slope.toFixed(2)} MB a minute.`] : []),
      ],
    };
  } finally {
    await scene.close();
  }
}
