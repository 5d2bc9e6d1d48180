/** npm run bench [-- PART…] [options]: how quick it is, beside targets and other ways to do it. `--help` begins with examples. */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { type Provided, provideRabbitMq } from '../scripts/rabbitmq.js';
import { exit, UsageError } from '../src/cli/exit-code.ts';
import { type Chosen, helpOn, readArguments } from './arguments.ts';
import { circumstancesOf } from './circumstances.ts';
import { documentFile, written } from './document.ts';
import { Figures } from './measured.ts';
import type { Bench } from './part.ts';
import { parts } from './parts.ts';
import { keepRun, mustBeWritable, type Run, readRun } from './run.ts';

// Who has started or made something lets go of it when this process exits, which it does not where a signal ends it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(exit.interrupted));

const print = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const args = process.argv.slice(2);
  const wanted = readArguments(args, parts);
  if (wanted.help) print(helpOn(parts));
  else {
    if (wanted.json !== undefined) mustBeWritable(wanted.json);
    const run = wanted.from === undefined ? await measure(wanted.parts, commandOf(args)) : readRun(wanted.from);
    if (wanted.json !== undefined) keepRun(wanted.json, run);
    if (wanted.write) {
      writeFileSync(documentFile, written(readFileSync(documentFile, 'utf8'), run));
      print(`The tables of ${relative(process.cwd(), documentFile)} are written.`);
    }
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exit.usage;
}

/** Runs these parts, one after the other. */
async function measure(chosen: readonly Chosen[], command: string): Promise<Run> {
  const at = Date.now();
  let rabbit: Promise<Provided> | undefined;
  const tookPart: { rabbitMq?: string; redis?: string } = {};
  const bench: Bench = {
    figures: new Figures(print),
    rabbitMq: async () => {
      rabbit ??= provideRabbitMq();
      const provided = await rabbit;
      tookPart.rabbitMq = provided.url;
      return provided;
    },
    onRedis: (server) => {
      tookPart.redis = server;
    },
  };
  try {
    for (const { part, length } of chosen) {
      print(`\n${part.name}: ${part.what}`);
      await part.run(length, bench).catch((error: unknown) => {
        // What the others measure is not to be lost.
        print(`\n${part.name} is not measured: ${error instanceof Error ? error.stack : error}`);
        process.exitCode = exit.failure;
      });
    }
    return { circumstances: await circumstancesOf(command, at, tookPart), figures: bench.figures.all };
  } finally {
    await rabbit?.then(
      ({ stop }) => stop(),
      () => {}, // there was none, as each part has said that needed it
    );
  }
}

/** As it was typed, but for where the figures went. */
function commandOf(args: readonly string[]): string {
  const told = args.filter((word, i) => !word.startsWith('--json') && word !== '--write' && args[i - 1] !== '--json');
  return ['npm run bench', ...(told.length > 0 ? ['--', ...told] : [])].join(' ');
}
