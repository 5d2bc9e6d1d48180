import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf, now } from '../src/cli/open-broker.ts';
import type { Settings } from '../src/cli/settings.ts';
import { nextOf } from '../src/readmodel/position.ts';
import { Reader } from '../src/readmodel/reader.ts';
import { spawnBaedal } from '../test/harness/baedal.ts';
import { benchSettings, environmentOf } from './bench-settings.ts';
import { timeRebuild, timeStatus } from './commands.ts';
import { type Figure, median, percentile } from './figures.ts';
import type { Part } from './part.ts';
import { type Asked, askFor, comparison } from './questions.ts';
import { startArriving } from './start-arriving.ts';
import { fillJournal, openJournal } from './stored-orders.ts';
import { type Watched, watchDashboard } from './watched-dashboard.ts';

const arrivingPerSecond = 200;
const warmUpMs = 5_000;

/** Takes a figure down, in a column of a table. */
type Note = (what: string, is: number | number[], unit: string, target?: Pick<Figure, 'atMost' | 'atLeast'>) => void;

/** Measures the read side on the embedded broker. */
export const read: Part = {
  name: 'read',
  what: 'How old what people see is, how long questions and commands take, and what the dashboard costs, while orders arrive.',
  usual: { stored: 100_000, seconds: 30, minutes: 3, rounds: 3 },
  full: { minutes: 10 },
  run: async ({ stored, seconds, minutes, rounds }, { figures }) => {
    const noteIn =
      (table: string, column: string): Note =>
      (what, is, unit, target = {}) =>
        figures.add({ table, column, what, unit, ...target }, is);
    const settings = benchSettings('sqlite:');
    const reader = new Reader(folderOf(settings));
    let next = 0;
    /** With as many orders in store, and more arriving. */
    const whileArriving = async (size: number, measure: (note: Note) => Promise<void>): Promise<void> => {
      next = await store(settings, next, size);
      const follower = spawnBaedal(['up', '--actors', 'notifier', '--plain', '--quiet'], {
        env: environmentOf(settings),
      });
      await follower.waitForLine('Up:');
      await untilUpToDate(settings, reader);
      const note = noteIn('questions', `${size.toLocaleString('en')} orders`);
      const endArriving = startArriving(settings, next, arrivingPerSecond);
      await measure(note);
      const arrived = await endArriving();
      ({ next } = arrived);
      note('orders that arrived each second', arrived.perSecond, '');
      await untilUpToDate(settings, reader);
      await follower.kill();
    };
    const ask = (forMs: number) => askFor(reader, next, warmUpMs, forMs);
    try {
      await whileArriving(Math.ceil(stored / 10), async (note) => reportQuestions(note, await ask(seconds * 1_000)));
      await whileArriving(stored, async (note) => {
        const asked = await ask(seconds * 2_000);
        reportQuestions(note, asked);
        const busy = noteIn('read', 'while orders arrive');
        busy('from published to seen, p50', percentile(asked.lagMs, 0.5), 'ms');
        busy('from published to seen, p99', percentile(asked.lagMs, 0.99), 'ms', { atMost: 100 });
        reportStatus(busy, await timeStatus(settings, next, 20));
        reportDashboard(noteIn('dashboard', `${minutes} minutes`), await watchDashboard(settings, minutes));
      });
      const quiet = noteIn('read', 'nothing else runs');
      reportStatus(quiet, await timeStatus(settings, next, 20));
      quiet('`readmodel rebuild`', await timeRebuild(settings, rounds), 'events/s', { atLeast: 50_000 });
      quiet('of so many orders', next, '');
      await whileArriving(3 * stored, async (note) => reportQuestions(note, await ask(seconds * 1_000)));
    } finally {
      reader.close();
      rmSync(settings.data, { recursive: true, force: true });
    }
  },
};

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

function reportQuestions(note: Note, { tookMs }: Asked): void {
  for (const [question, took] of tookMs) {
    note(`${question}, p50`, percentile(took, 0.5), 'ms');
    note(`${question}, p99`, percentile(took, 0.99), 'ms', question === comparison ? {} : { atMost: 2 });
  }
}

function reportStatus(note: Note, took: readonly number[]): void {
  note('`order status ID`, median', median(took), 'ms', { atMost: 300 });
  note(`\`order status ID\`, slowest of ${took.length}`, Math.max(...took), 'ms', { atMost: 300 });
}

function reportDashboard(note: Note, watched: Watched): void {
  note('share of a core', watched.cpuShare * 100, '%', { atMost: 15 });
  note('written to the terminal', watched.writtenKbPerSecond, 'kB/s');
  note('memory after the first minute', watched.afterAMinuteMb, 'MB');
  note('memory at the end', watched.atTheEndMb, 'MB');
  note('memory grown by', (watched.atTheEndMb / watched.afterAMinuteMb - 1) * 100, '%', { atMost: 5 });
  const { help, moves, typing } = watched.keysMs;
  for (const [key, took] of [
    ['help opened or closed', help],
    ['down or up', moves],
    ['a letter of a filter', typing],
  ] as const) {
    note(`key to painted: ${key}, p50`, percentile(took, 0.5), 'ms', { atMost: 50 });
    note(`key to painted: ${key}, p99`, percentile(took, 0.99), 'ms', { atMost: 50 });
  }
}
