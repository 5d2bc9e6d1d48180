import { readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderOf } from '../src/cli/open-broker.ts';
import type { Settings } from '../src/cli/settings.ts';
import { benchSettings } from './bench-settings.ts';
import { fillWithDelivered } from './fill.ts';
import { runJourneys, startInstantly } from './journey.ts';
import type { Part } from './part.ts';

/** How many orders there are already; up to what was asked for, which is the last one. */
const sizes = [10_000, 100_000];
const none = 'no order in store';
const bytesPerMb = 1_000_000;
/** What one stored order takes on the disk, with some room. */
const bytesPerOrder = 40_000;

/** Measures whether whole journeys take longer where there are many orders already. */
export const stored: Part = {
  name: 'stored',
  what: 'Whole journeys a second on the embedded broker, with ever more orders in store already: states, outcomes, journal, read model.',
  usual: { orders: 3_000, rounds: 3, stored: 100_000 },
  full: { rounds: 5, stored: 1_000_000 },
  run: async ({ orders, rounds, stored: most }, { figures }) => {
    mustHaveRoomFor(most);
    const filled: { column: string; settings: Settings; rates: number[] }[] = [];
    try {
      for (const size of [...sizes.filter((size) => size < most), most]) {
        const settings = benchSettings('sqlite:');
        const column = `${size.toLocaleString('en')} orders`;
        filled.push({ column, settings, rates: [] });
        const startedAt = performance.now();
        await fillWithDelivered(settings, size);
        figures.say(`${column} are stored, in ${Math.round((performance.now() - startedAt) / 1_000)} s.`);
      }
      const empty: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const fresh = benchSettings('sqlite:');
        empty.push(await run(fresh, orders));
        rmSync(fresh.data, { recursive: true, force: true });
        for (const { settings, rates } of filled) rates.push(await run(settings, orders));
      }
      const cell = (column: string, what: string, unit: string, target = {}) => ({
        ...{ table: 'stored', column, what, unit, ...target },
      });
      figures.add(cell(none, 'whole journeys', 'orders/s'), empty);
      for (const { column, settings, rates } of filled) {
        const ratios = rates.map((rate, round) => rate / empty[round]!);
        figures.add(cell(column, 'whole journeys', 'orders/s'), rates);
        figures.add(cell(column, `÷ those with ${none}`, '×', { atLeast: 0.9 }), ratios);
        for (const { what, mb } of sizesOf(folderOf(settings))) figures.add(cell(column, what, 'MB'), mb);
      }
    } finally {
      for (const { settings } of filled) rmSync(settings.data, { recursive: true, force: true });
    }
  },
};

/** @throws {Error} the disk with the temporary folders is too small */
function mustHaveRoomFor(most: number): void {
  const orders = [...sizes.filter((size) => size < most), most].reduce((sum, size) => sum + size);
  const { bavail, bsize } = statfsSync(tmpdir());
  const [needed, free] = [orders * bytesPerOrder, bavail * bsize].map((bytes) => Math.ceil(bytes / 1_000_000_000));
  if (needed! > free!)
    throw new Error(
      `${most.toLocaleString('en')} stored orders need ${needed} GB in ${tmpdir()}, where ${free} GB are free. Use a smaller --stored, or another TMPDIR.`,
    );
}

/** @returns orders a second */
async function run(settings: Settings, orders: number): Promise<number> {
  const platform = await startInstantly(settings);
  try {
    await runJourneys(settings, platform, Math.ceil(orders / 10));
    return (orders / (await runJourneys(settings, platform, orders))) * 1_000;
  } finally {
    await platform.stop();
  }
}

/** How large the files are that grow with the orders. */
function sizesOf(folder: string): { what: string; mb: number }[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const mbOf = (pattern: RegExp) =>
    files
      .filter((file) => pattern.test(file))
      .reduce((sum, file) => sum + statSync(join(folder, file)).size / bytesPerMb, 0);
  return [
    { what: 'on disk: actors', mb: mbOf(/^actors\W.*\.sqlite$/) },
    { what: 'on disk: journal', mb: mbOf(/^broker\.sqlite$/) },
    { what: 'on disk: read model', mb: mbOf(/^readmodel.*\.sqlite$/) },
    { what: 'on disk: messages sent', mb: mbOf(/^notifications\.sqlite$/) },
  ];
}
