import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actorNames } from '../src/cli/cast.ts';
import type { Settings } from '../src/cli/settings.ts';
import { type Running, spawnBaedal } from '../test/harness/baedal.ts';
import { pspKey, startPsp } from '../test/harness/psp.ts';
import { environmentOf } from './bench-settings.ts';
import { menu } from './menu.ts';

/** The platform as processes of its own, and a payment provider that is another one. */
export type Processes = {
  /** Starts one more process that runs these actors, default all, and waits until it is up. */
  up(actors?: readonly string[]): Promise<Running>;
  /** Starts `baedal ARGS` beside it, and waits for a line that has `what`. */
  start(args: readonly string[], what: string): Promise<string>;
  /** Ends all that was started. */
  stop(): Promise<void>;
};

/** The actors in processes of their own: the notifier first, as whoever comes first keeps the read model. */
export const eachApart = actorNames.toReversed().map((name) => [name]);

/** Starts a payment provider that takes no time. No process of the platform runs yet. */
export async function startProcesses(settings: Settings): Promise<Processes> {
  const catalog = join(settings.data, 'catalog.yaml');
  writeFileSync(catalog, catalogText());
  const psp = await startPsp(join(settings.data, 'psp-ledger.jsonl'), '--latency-ms', '0');
  const room = process.execArgv.filter((flag) => flag.startsWith('--max-semi-space-size')).join(' ');
  const env = {
    ...environmentOf(settings),
    NODE_OPTIONS: room,
    BAEDAL_PSP: psp.url,
    BAEDAL_PSP_KEY: pspKey,
    BAEDAL_CATALOG: catalog,
  };
  const started: Running[] = [];
  const end = async (running: Running): Promise<void> => {
    const { code, stderr } = await running.kill();
    if (code !== 0) throw new Error(`baedal ended with ${code}.\n${stderr}`);
  };
  return {
    up: async (actors = actorNames) => {
      // So fast that whatever the catalogue says, nobody waits for anything.
      const flags = ['--plain', '--quiet', '--speed', '1000000000', '--actors', actors.join(',')];
      const running = spawnBaedal(['up', ...flags], { env });
      started.push(running);
      await running.waitForLine('Up:');
      return running;
    },
    start: (args, what) => {
      const running = spawnBaedal(args, { env });
      started.push(running);
      return running.waitForLine(what);
    },
    stop: async () => {
      const ends = await Promise.allSettled([...started, psp].map(end));
      for (const result of ends) if (result.status === 'rejected') throw result.reason;
    },
  };
}

/** The menu as a catalogue. YAML takes JSON too. */
const catalogText = (): string =>
  JSON.stringify({
    stores: menu.stores.map(({ storeId, name, items }) => ({
      id: storeId,
      name,
      prepMinutes: 0,
      rideMinutes: 0,
      items: items.map(({ itemId, name, priceWon }) => ({ id: itemId, name, priceWon })),
    })),
  });
