/** npm run chaos [-- DRILL…] [options]: real faults on real processes. `--help` begins with examples. */
import { exit, UsageError } from '../src/cli/exit-code.ts';
import { helpOn, readArguments } from './arguments.ts';
import { drills } from './drills.ts';
import { onInterrupt } from './on-interrupt.ts';
import { allKept, runDrills } from './run-drills.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

try {
  const wanted = readArguments(process.argv.slice(2), drills);
  if (wanted.help) print(helpOn(drills));
  else {
    const interrupted = onInterrupt(say);
    const outcomes = await runDrills(wanted.drills, wanted.json ? say : print, interrupted);
    if (!interrupted.aborted) {
      if (wanted.json) print(JSON.stringify({ kept: allKept(outcomes), drills: outcomes }));
      process.exitCode = allKept(outcomes) ? exit.done : exit.failure;
    }
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(error.message);
  process.exitCode = exit.usage;
}
