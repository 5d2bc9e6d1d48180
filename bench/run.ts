import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../src/cli/exit-code.ts';
import { reasonOf } from '../src/errors.ts';
import type { Measured } from './measured.ts';

/** Under what the figures were taken. `rabbitMq` and `redis`: their versions, where they took part. `at`: epoch milliseconds. */
export type Circumstances = {
  command: string;
  at: number;
  node: string;
  cores: number;
  rabbitMq?: string;
  redis?: string;
};

/** One run of the benchmark: what `--json` puts into a file. */
export type Run = { circumstances: Circumstances; figures: Measured[] };

/** @throws {UsageError} the file cannot be written */
export const keepRun = (file: string, run: Run): void => put(file, `${JSON.stringify(run, undefined, 2)}\n`, 'w');

/** Before half an hour has passed. @throws {UsageError} */
export const mustBeWritable = (file: string): void => put(file, '', 'a');

function put(file: string, text: string, flag: 'w' | 'a'): void {
  try {
    writeFileSync(file, text, { flag });
  } catch (cause) {
    throw new UsageError(`The figures cannot be put into ${file}: ${reasonOf(cause)}`, { cause });
  }
}

/** @throws {UsageError} there are no figures in it */
export function readRun(file: string): Run {
  try {
    const run = JSON.parse(readFileSync(file, 'utf8')) as Partial<Run>;
    if (!run?.circumstances || !Array.isArray(run.figures)) throw new Error('it has no circumstances and figures');
    return run as Run;
  } catch (cause) {
    throw new UsageError(`${file} cannot be used: ${reasonOf(cause)}. Make one with npm run bench -- --json ${file}.`, {
      cause,
    });
  }
}
