import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf, now } from '../src/cli/open-broker.ts';
import type { Settings } from '../src/cli/settings.ts';
import { nextOf } from '../src/readmodel/position.ts';
import { Reader } from '../src/readmodel/reader.ts';
import { spawnBaedal } from '../test/harness/baedal.ts';
import { benchSettings, environmentOf } from './bench-settings.ts';
import { timeRebuild, timeStatus } from './commands.ts';
import { type Figure, lineOf, median, percentile } from './figures.ts';
import { type Asked, askFor, comparison } from './questions.ts';
import { startArriving } from './start-arriving.ts';
import { fillJournal, openJournal } from './stored-orders.ts';
import { watchDashboard } from './watched-dashboard.ts';

/** `stored`: orders in store when most is measured. `seconds`: how long questions are asked, each time. `minutes`: how long the dashboard is watched. */
export type ReadOptions = { stored: number; seconds: number; minutes: number; rounds: number };

const arrivingPerSecond = 200;
const warmUpMs = 5_000;

const print = (text: string): void => console.log(text);
const figure = (what: string, is: number, unit: string, target: Pick<Figure, 'atMost' | 'atLeast'> = {}) =>
  print(lineOf({ what, is, unit, ...target }));

/** Measures the read side on the embedded broker, and prints each figure beside its target. */
export async function benchRead({ stored, seconds, minutes, rounds }: ReadOptions): Promise<void> {
  const settings = benchSettings('sqlite:');
  const reader = new Reader(folderOf(settings));
  let next = 0;
  /** With as many orders in store, and more arriving. */
  const whileArriving = async (size: number, measure: () => Promise<void>): Promise<void> => {
    next = await store(settings, next, size);
    const follower = spawnBaedal(['up', '--actors', 'notifier', '--plain', '--quiet'], {
      env: environmentOf(settings),
    });
    await follower.waitForLine('Up:');
    await untilUpToDate(settings, reader);
    print(`\nRead side: ${size.toLocaleString('en')} orders in store, ${arrivingPerSecond} more arriving each second`);
    const endArriving = startArriving(settings, next, arrivingPerSecond);
    await measure();
    const arrived = await endArriving();
    ({ next } = arrived);
    figure('orders that arrived each second', arrived.perSecond, '');
    await untilUpToDate(settings, reader);
    await follower.kill();
  };
  try {
    await whileArriving(Math.ceil(stored / 10), async () =>
      reportQuestions(await askFor(reader, next, warmUpMs, seconds * 1_000)),
    );
    await whileArriving(stored, async () => {
      const asked = await askFor(reader, next, warmUpMs, seconds * 2_000);
      figure('from published to seen, p50', percentile(asked.lagMs, 0.5), 'ms');
      figure('from published to seen, p99', percentile(asked.lagMs, 0.99), 'ms', { atMost: 100 });
      reportQuestions(asked);
      reportTimes('order status ID, the whole command', await timeStatus(settings, next, 20), 300);
      await reportDashboard(settings, minutes);
    });
    print(`\nRead side: ${next.toLocaleString('en')} orders in store, and nothing else runs`);
    reportTimes('order status ID, the whole command', await timeStatus(settings, next, 20), 300);
    figure('readmodel rebuild', median(await timeRebuild(settings, rounds)), 'events/s', { atLeast: 50_000 });
    await whileArriving(3 * stored, async () => reportQuestions(await askFor(reader, next, warmUpMs, seconds * 1_000)));
  } finally {
    reader.close();
    rmSync(settings.data, { recursive: true, force: true });
  }
}

/** Puts delivered orders into the journal until there are `size`. @returns the number of the next order */
async function store(settings: Settings, next: number, size: number): Promise<number> {
  const journal = await openJournal(settings);
  await fillJournal(journal, next, size, now());
  await journal.close();
  return Math.max(next, size);
}

/** Until the read model has everything that is in the journal. */
async function untilUpToDate(settings: Settings, reader: Reader): Promise<void> {
  const journal = await openJournal(settings);
  const end = await journal.journalEnd();
  await journal.close();
  while (reader.ask(nextOf) < end) await sleep(100);
}

function reportQuestions({ tookMs }: Asked): void {
  for (const [question, took] of tookMs) {
    figure(`${question}, p50`, percentile(took, 0.5), 'ms');
    figure(`${question}, p99`, percentile(took, 0.99), 'ms', question === comparison ? {} : { atMost: 2 });
  }
}

function reportTimes(what: string, took: readonly number[], atMost: number): void {
  figure(`${what}, median`, median(took), 'ms', { atMost });
  figure(`${what}, slowest of ${took.length}`, Math.max(...took), 'ms', { atMost });
}

async function reportDashboard(settings: Settings, minutes: number): Promise<void> {
  const watched = await watchDashboard(settings, minutes);
  figure('dashboard, share of a core', watched.cpuShare * 100, '%');
  figure('dashboard, written to the terminal', watched.writtenKbPerSecond, 'kB/s');
  figure('dashboard, memory after the first minute', watched.afterAMinuteMb, 'MB');
  figure(`dashboard, memory after ${minutes} minutes`, watched.atTheEndMb, 'MB');
  figure('dashboard, memory grown by', (watched.atTheEndMb / watched.afterAMinuteMb - 1) * 100, '%', { atMost: 5 });
  const { help, moves, typing } = watched.keysMs;
  for (const [key, took] of [
    ['help', help],
    ['down or up', moves],
    ['a letter of a filter', typing],
  ] as const) {
    figure(`key to painted: ${key}, p50`, percentile(took, 0.5), 'ms', { atMost: 50 });
    figure(`key to painted: ${key}, p99`, percentile(took, 0.99), 'ms', { atMost: 50 });
  }
}
