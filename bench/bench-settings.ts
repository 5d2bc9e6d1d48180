import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPace } from '../src/actors/pace.ts';
import { houseRules } from '../src/actors/rules.ts';
import type { Settings } from '../src/cli/settings.ts';

/** A platform of the benchmark's own, in a temporary folder that whoever asks for it removes. */
export const benchSettings = (broker: string): Settings => ({
  broker,
  data: mkdtempSync(join(tmpdir(), 'baedal-bench-')),
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
