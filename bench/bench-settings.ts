import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPace } from '../src/actors/pace.ts';
import { houseRules } from '../src/actors/rules.ts';
import type { Settings } from '../src/cli/settings.ts';

const folders: string[] = [];

/** A temporary folder, that whoever asks for it removes; what is left goes with this process. */
export function benchFolder(): string {
  if (folders.length === 0)
    process.once('exit', () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
  const folder = mkdtempSync(join(tmpdir(), 'baedal-bench-'));
  folders.push(folder);
  return folder;
}

/** A platform of the benchmark's own, in such a folder. */
export const benchSettings = (broker: string): Settings => ({
  broker,
  data: benchFolder(),
  lang: 'ko',
  namespace: `bench-${Math.random().toString(36).slice(2, 10)}`,
  json: false,
  pspKey: 'none',
  rules: houseRules,
  storeDeadlineMs: demoPace.storeDeadlineMs,
});

/** The environment in which the program uses that platform. */
export const environmentOf = ({ data, namespace, broker }: Settings): Record<string, string> => ({
  BAEDAL_DATA: data,
  BAEDAL_NAMESPACE: namespace,
  BAEDAL_BROKER: broker,
});
