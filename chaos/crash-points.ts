import { setTimeout as sleep } from 'node:timers/promises';
import { type ActorName, actorNames } from '../src/cli/cast.ts';
import { randomFrom } from '../src/simulation/random.ts';
import { allPoints, type CrashPoint } from './crashing.ts';
import type { BrokerKind, Drill, Ground, Report } from './drill.ts';
import type { Verdict } from './judge.ts';
import type { Promised } from './promised.ts';
import { asOne, promisesReport, together } from './report.ts';
import { Scene } from './scene.ts';
import { startCrashing } from './start-crashing.ts';

/** Milliseconds that a process may take to come to its crash point, its start and orders under way included. */
const reachWithinMs = 30_000;
/** It dies at a passing up to this one, so that it was at work before. */
const latestPassing = 8;

/** Kills each actor with -9 at each place where a crash could hurt. */
export const crashPoints: Drill<'rounds' | 'rate' | 'brokers'> = {
  name: 'crash-points',
  what: 'Each actor dies of -9 at each point at which a crash could hurt, while orders come.',
  usual: { rounds: 3, rate: 20, brokers: ['embedded', 'rabbitmq'] },
  run: async ({ rounds, rate, brokers }, ground) => {
    const reports: Report[] = [];
    for (const kind of brokers) {
      const crashes = actorNames.map((actor) => ({
        actor,
        points: Array.from({ length: rounds }, () => pointsOf(actor)).flat(),
      }));
      reports.push(await crashActors(kind, crashes, rate, ground));
    }
    return together(reports);
  },
};

/** The points that an actor comes to: only two of them call a partner. */
export const pointsOf = (actor: ActorName): CrashPoint[] =>
  allPoints.filter((point) => ['payment', 'notifier'].includes(actor) || !point.endsWith('-call'));

type Crashes = { actor: ActorName; points: readonly CrashPoint[] };

/** Lets one actor after the other die at these points. */
export async function crashActors(
  kind: BrokerKind,
  all: readonly Crashes[],
  rate: number,
  ground: Ground,
): Promise<Report> {
  const record: Promised[] = [];
  const verdicts: Verdict[] = [];
  const missed: string[] = [];
  for (const crashes of all) {
    const done = await crashActor(kind, crashes, rate, ground);
    record.push(...done.record);
    verdicts.push(done.verdict);
    missed.push(...done.missed);
  }
  const wanted = all.flatMap(({ points }) => points).length;
  const { figures, broken } = promisesReport(record, asOne(verdicts), `${kind}: `);
  return {
    figures: [{ what: `${kind}: crashes`, is: wanted - missed.length, unit: '', atLeast: wanted }, ...figures],
    broken: [...missed, ...broken],
  };
}

/** Each start recovers from the crash before. */
async function crashActor(kind: BrokerKind, { actor, points }: Crashes, rate: number, { brokers, say }: Ground) {
  const scene = await Scene.open(await brokers.url(kind));
  const random = randomFrom(points.length);
  const missed: string[] = [];
  try {
    await scene.up('--actors', actorNames.filter((name) => name !== actor).join(','));
    const customers = await scene.customers({ rate });
    for (const point of points) {
      const crash = { point, nth: 1 + Math.floor(random() * latestPassing) };
      const running = startCrashing({ settings: scene.settings, actor, crash });
      scene.add(running);
      const timer = setTimeout(() => process.kill(running.pid, 'SIGTERM'), reachWithinMs);
      const { signal, stderr } = await running.ended;
      clearTimeout(timer);
      if (signal === 'SIGKILL' && stderr.includes(`dies at ${point}`)) continue;
      missed.push(`${kind}: ${actor} did not die at ${point}, passing ${crash.nth}, but: ${stderr.slice(-2_000)}`);
    }
    await scene.up('--actors', actor);
    await sleep(500);
    const record = await customers.leave();
    const verdict = await scene.verdict(record);
    const { lost, doubled, broken } = verdict;
    const said = `${lost.length} orders lost, ${doubled.length} effects doubled, ${broken.length} promises broken`;
    say(`${kind}: ${actor} died at ${points.length - missed.length} points; ${said}`);
    return { missed, record, verdict };
  } finally {
    await scene.close();
  }
}
