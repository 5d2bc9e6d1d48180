import { fileURLToPath } from 'node:url';
import type { ActorName } from '../src/cli/cast.ts';
import type { Settings } from '../src/cli/settings.ts';
import { type Running, spawnScript } from '../test/harness/baedal.ts';
import type { Crash } from './crashing.ts';

export type CrashPlan = { settings: Settings; actor: ActorName; crash: Crash };

/** Starts a process that runs one actor of the platform until it comes to its crash point, and dies there of SIGKILL. */
export const startCrashing = (plan: CrashPlan): Running =>
  spawnScript(fileURLToPath(new URL('crash-process.ts', import.meta.url)), [JSON.stringify(plan)]);
