import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../test/harness/eventually.ts';
import { closing } from './closing.ts';
import type { BrokerKind, Drill, Ground, Report } from './drill.ts';
import { type Disk, openDisk } from './full-disk.ts';
import { firstPlacedAfter } from './promised.ts';
import { promisesReport, timesOf, together } from './report.ts';
import { Scene } from './scene.ts';

/** Large enough for what the platform keeps, its write-ahead logs included, megabytes. */
const sizeMb = 300;
const patienceMs = 10_000;
/** Milliseconds that orders come before it is full, and for which it is full. */
const calmMs = 2_000;
const fullMs = 8_000;
/** Milliseconds after which the platform hangs. */
const hangsAfterMs = 60_000;

/** Fills the disk that the data are on, and makes room again. */
export const diskFull: Drill<'rounds' | 'rate' | 'brokers'> = {
  name: 'disk-full',
  what: 'The disk with the data folder is full while orders come, and has room again: nobody starts anything again.',
  usual: { rounds: 3, rate: 20, brokers: ['embedded', 'rabbitmq'] },
  run: async ({ rounds, rate, brokers }, ground) => {
    const reports: Report[] = [];
    for (const kind of brokers) reports.push(await fillUp(kind, rounds, rate, await openDisk(sizeMb), ground));
    return together(reports);
  },
};

/** @param disk closed in the end */
export async function fillUp(
  kind: BrokerKind,
  rounds: number,
  rate: number,
  disk: Disk,
  { brokers, say }: Ground,
  lastsMs = fullMs,
): Promise<Report> {
  const where = `${kind}: `;
  say(`${where}${disk.how}`);
  try {
    const scene = await Scene.open(await brokers.url(kind), { data: disk.data });
    try {
      return await fillUpAt(scene, disk, { rounds, rate, lastsMs }, (line) => say(`${where}${line}`), where);
    } finally {
      await scene.close();
    }
  } finally {
    await disk.close();
  }
}

type Length = { rounds: number; rate: number; lastsMs: number };

async function fillUpAt(
  scene: Scene,
  disk: Disk,
  { rounds, rate, lastsMs }: Length,
  say: Ground['say'],
  where: string,
): Promise<Report> {
  const broken: string[] = [];
  const recovered: number[] = [];
  const up = await scene.up();
  const customers = await scene.customers({ rate, patienceMs });
  for (let round = 1; round <= rounds; round++) {
    await sleep(calmMs);
    const said = up.stderr().length;
    const makeRoom = closing(() => disk.makeRoom());
    try {
      await disk.fill([up.pid]);
      await sleep(lastsMs);
    } finally {
      await makeRoom();
    }
    const roomAt = Date.now();
    if (!/disk/i.test(up.stderr().slice(said)))
      broken.push(`${where}nothing was said of the full disk, but: ${up.stderr().slice(said, said + 2_000)}`);
    const placedAt = await eventually<number>(() => firstPlacedAfter(customers.record, roomAt) ?? 0, {
      withinMs: hangsAfterMs,
    });
    recovered.push(placedAt - roomAt);
    say(`full ${round} of ${rounds} times: orders are placed again ${placedAt - roomAt} ms after there was room`);
  }
  await sleep(calmMs);
  const record = await customers.leave();
  const report = promisesReport(record, await scene.verdict(record), where);
  return {
    figures: [
      { what: `${where}times that the disk was full`, is: rounds, unit: '' },
      ...report.figures,
      ...timesOf(`${where}from room again to the next order placed`, recovered),
    ],
    broken: [...broken, ...report.broken],
  };
}
