/** A process of its own that runs one actor, put together as `baedal up` does it, and dies at a crash point: see `startCrashing`. */
import { writeSync } from 'node:fs';
import { demoPace } from '../src/actors/pace.ts';
import { catalogOf } from '../src/cli/menu-in-use.ts';
import { startSide } from '../src/cli/side.ts';
import { HttpPsp } from '../src/partners/http-psp.ts';
import { crashing } from './crashing.ts';
import type { CrashPlan } from './start-crashing.ts';

const { settings, actor, crash } = JSON.parse(process.argv[2]!) as CrashPlan;
const tell = (line: string): void => void writeSync(process.stderr.fd, `${line}\n`);

/** Nothing more runs after the second line: the signal takes effect before it comes back. */
const die = (): void => {
  tell(`dies at ${crash.point}`);
  process.kill(process.pid, 'SIGKILL');
};
const plan = { settings, menu: catalogOf(settings), pace: demoPace, actors: [actor], quiet: false };
const { psp, pspKey } = settings;
if (psp === undefined) throw new TypeError('The payment provider must be one outside.');
await startSide(
  { ...plan, readModel: false, deadLetters: false },
  (problem) => tell(`${problem.actor}: ${problem.kind}: ${problem.reason}`),
  new HttpPsp({ url: () => psp, secretKey: pspKey }),
  (parts) => crashing(parts, crash, die),
);
tell('Up: ');
