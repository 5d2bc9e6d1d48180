/**
 * npm run simulate:seeds -- --seeds 10000 --from 1: runs whole worlds, one from each seed, and judges them. Progress goes to stderr. Exit code 0
 * where all is well, 1 where something is broken, 2 where it is called wrongly, 130 where it was stopped.
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

/** How often progress is told, milliseconds. */
const everyMs = 2_000;

/** Fewer seeds than this are not worth starting processes for. */
const worthProcesses = 200;

/** It was called in a way that it does not know. */
class UsageError extends Error {}

async function main({ processes, ...range }: Range & { processes: number }): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const startedAt = performance.now();
  const survey =
    range.count < worthProcesses
      ? await surveySeeds(range)
      : await surveyAtOnce(range, processes, progressTo(range.count, startedAt), stop.signal);
  process.stdout.write(`${progressText(survey, range.count, performance.now() - startedAt)}.\n\n`);
  process.stdout.write(`${coverageText(survey)}\n`);
  const [first, ...others] = survey.failures;
  if (first) {
    process.stderr.write(`\nSeed ${first.seed} is being shrunk.\n`);
    process.stdout.write(`\n${failureText(await plainest(first.seed))}\n`);
    if (others.length > 0)
      process.stdout.write(`Also broken: ${others.length} more, as ${others.slice(0, 9).map(({ seed }) => seed)}.\n`);
    return 1;
  }
  return stop.signal.aborted ? 130 : 0;
}

/** The plainest story of a seed in which something is broken, be it only to the real read model. */
async function plainest(seed: number): Promise<Run> {
  const projected = openProjected();
  try {
    const options = { also: [projected.invariant] };
    return await shrink(await simulate(seed, options), options);
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

function readArguments(): Range & { processes: number } {
  const number = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ options: { seeds: number, from: number, processes: number } });
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
  process.exitCode = await main(readArguments());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
