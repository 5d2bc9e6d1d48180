import { setTimeout as sleep } from 'node:timers/promises';
import { type ActorName, actorNames } from '../src/cli/cast.ts';
import { randomFrom } from '../src/simulation/random.ts';
import { type CrashPoint, crashPoints } from './crashing.ts';
import type { BrokerKind, Drill, Ground, Report } from './drill.ts';
import { promisesReport, together } from './report.ts';
import { Scene } from './scene.ts';
import { startCrashing } from './start-crashing.ts';

/** Milliseconds that a process may take to come to its crash point, its start and orders under way included. */
const reachWithinMs = 30_000;
/** It dies at a passing up to this one, so that it was at work before. */
const latestPassing = 8;

/** Kills each actor with -9 at each place where a crash could hurt. */
export const crashPointsDrill: Drill<'rounds' | 'rate' | 'brokers'> = {
  name: 'crash-points',
  what: 'Each actor dies of -9 at each point at which a crash could hurt, while orders come.',
  usual: { rounds: 3, rate: 20, brokers: ['embedded', 'rabbitmq'] },
  run: async ({ rounds, rate, brokers }, ground) => {
    const reports: Report[] = [];
    for (const kind of brokers)
      for (const actor of actorNames) {
        const crashes = Array.from({ length: rounds }, () => pointsOf(actor)).flat();
        reports.push(await crashActor(kind, actor, crashes, rate, ground));
      }
    return together(reports);
  },
};

/** The points that an actor comes to: only two of them call a partner. */
export const pointsOf = (actor: ActorName): CrashPoint[] =>
  crashPoints.filter((point) => ['payment', 'notifier'].includes(actor) || !point.endsWith('-call'));

/** Lets one actor die at these points, one after the other; each start recovers from the crash before. */
export async function crashActor(
  kind: BrokerKind,
  actor: ActorName,
  points: readonly CrashPoint[],
  rate: number,
  { brokers, say }: Ground,
): Promise<Report> {
  const scene = await Scene.open(await brokers.url(kind));
  const random = randomFrom(points.length);
  const where = `${kind}, ${actor}: `;
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
      scene.crashes++;
      if (signal !== 'SIGKILL' || !stderr.includes(`dies at ${point}`))
        missed.push(`${where}it did not die at ${point}, passing ${crash.nth}, but: ${stderr.slice(-2_000)}`);
    }
    await scene.up('--actors', actor);
    await sleep(500);
    const record = await customers.leave();
    const { figures, broken } = promisesReport(record, await scene.verdict(record), where);
    const died = points.length - missed.length;
    say(`${where}died at ${died} points, ${broken.length} promises broken`);
    return {
      figures: [{ what: `${where}crashes`, is: died, unit: '', atLeast: points.length }, ...figures],
      broken: [...missed, ...broken],
    };
  } finally {
    await scene.close();
  }
}
