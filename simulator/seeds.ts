/**
 * npm run simulate:seeds -- --seeds 10000 --from 1: runs whole worlds, one from each seed, and judges them. Progress goes to stderr. Exit code 0
 * where all is well, 1 where something is broken, 2 where it is called wrongly, 130 where it was stopped; a second Ctrl-C ends it at once.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { openProjected } from './invariants/projected.ts';
import { coverageText, failureText, progressText } from './report.ts';
import { shrink } from './shrink.ts';
import { type Run, simulate } from './simulate.ts';
import { type Range, type Survey, surveySeeds } from './survey.ts';
import { surveyAtOnce } from './survey-at-once.ts';

const usage =
  'npm run simulate:seeds -- [--seeds N, default 1000] [--from S, default 1] [--processes P, default one a core]';

const help = `Examples:
  npm run simulate:seeds -- --seeds 20000            twenty thousand worlds, each from a seed of its own
  npm run simulate:seeds -- --seeds 1 --from 6665    one world once more, with its story where something is broken

Runs whole worlds and judges them: real actors and hosts, everything around them simulated.

${usage}

It ends with 0 where all is well, 1 where something is broken, 2 where it is called wrongly, 130 where it was stopped with Ctrl-C;
pressed twice, that ends it at once.
`;

/** How often progress is told, milliseconds. */
const everyMs = 2_000;

/** Fewer seeds than this are not worth starting processes for. */
const worthProcesses = 200;

/** It was called in a way that it does not know. */
class UsageError extends Error {}

async function main({ processes, ...range }: Range & { processes: number }): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort()); // the second one is deadly, as it is by default
  const startedAt = performance.now();
  const survey =
    range.count < worthProcesses
      ? await surveySeeds(range, {}, stop.signal)
      : await surveyAtOnce(range, processes, progressTo(range.count, startedAt), stop.signal);
  process.stdout.write(`${progressText(survey, range.count, performance.now() - startedAt)}.\n\n`);
  process.stdout.write(`${coverageText(survey)}\n`);
  const [first, ...others] = survey.failures;
  if (first) {
    process.stderr.write(`\nSeed ${first.seed} is being shrunk.\n`);
    process.stdout.write(`\n${failureText(await plainest(first.seed, stop.signal))}\n`);
    if (others.length > 0)
      process.stdout.write(`Also broken: ${others.length} more, as ${others.slice(0, 9).map(({ seed }) => seed)}.\n`);
    return stop.signal.aborted ? 130 : 1;
  }
  return stop.signal.aborted ? 130 : 0;
}

/** The plainest story of a seed in which something is broken, be it only to the real read model. */
async function plainest(seed: number, signal: AbortSignal): Promise<Run> {
  const projected = openProjected();
  try {
    const options = { also: [projected.invariant] };
    return await shrink(await simulate(seed, options), options, undefined, signal);
  } finally {
    projected.close();
  }
}

function progressTo(count: number, startedAt: number): (survey: Survey) => void {
  let next = startedAt + everyMs;
  return (survey) => {
    const now = performance.now();
    if (now < next) return;
    next = now + everyMs;
    process.stderr.write(`${progressText(survey, count, now - startedAt)}\n`);
  };
}

/** What is asked for; undefined where that is only how it is called. */
function readArguments(): (Range & { processes: number }) | undefined {
  const number = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: { seeds: number, from: number, processes: number, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return undefined;
    return {
      count: whole('--seeds', values.seeds ?? '1000'),
      from: whole('--from', values.from ?? '1'),
      processes: whole('--processes', values.processes ?? String(availableParallelism())),
    };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`);
  }
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 2 ** 31)
    throw new Error(`${name} must be a whole number from 1 on, not "${text}".`);
  return value;
}

try {
  const wanted = readArguments();
  if (wanted) process.exitCode = await main(wanted);
  else process.stdout.write(help);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
