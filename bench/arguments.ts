import { readWords } from '../scripts/read-words.ts';
import { UsageError } from '../src/cli/exit-code.ts';
import type { Length, Part } from './part.ts';

/** A part, and how long it is to be. */
export type Chosen = { part: Part; length: Length };

/** `from`: the figures of an earlier run, to write instead of measuring. `json`: where to put those of this one. */
export type Wanted = { help: true } | { help: false; parts: Chosen[]; json?: string; write: boolean; from?: string };

/** What each share of a length is called on the command line. */
const flags: { [L in keyof Length]: { flag: string; about: string } } = {
  orders: { flag: '--orders', about: 'whole journeys in one go' },
  rounds: { flag: '--rounds', about: 'how often each is measured, in turn with what it is compared with' },
  seconds: { flag: '--seconds', about: 'how long load lasts, or questions are asked, each time' },
  minutes: { flag: '--minutes', about: 'how long the dashboard is watched' },
  stored: { flag: '--stored', about: 'orders in store when most is measured' },
  inFlight: { flag: '--in-flight', about: 'orders that wait for the kitchen' },
};
const shares = Object.keys(flags) as (keyof Length)[];

/**
 * What `npm run bench` was asked for.
 * @throws {UsageError} it cannot be done like that
 */
export function readArguments(args: string[], all: readonly Part[]): Wanted {
  const { values, positionals } = parse(args);
  if (values['help']) return { help: true };
  const from = values['from'] as string | undefined;
  const write = values['write'] === true;
  if (from !== undefined) {
    if (!write) throw new UsageError('--from says where the figures are that --write is to write; give both.');
    if (positionals.length > 0 || values['full'] || values['json'] || shares.some((share) => values[wordOf(share)]))
      throw new UsageError('With --from nothing is measured, so it goes with --write and nothing else.');
    return { help: false, parts: [], write, from };
  }
  const names = positionals.length > 0 ? positionals : all.map(({ name }) => name);
  const parts = names.map((name) => {
    const part = all.find((one) => one.name === name);
    if (!part)
      throw new UsageError(`There is no part "${name}". The parts are ${all.map(({ name }) => name).join(', ')}.`);
    return part;
  });
  const given: Partial<Length> = {};
  for (const share of shares) {
    const { flag } = flags[share];
    const text = values[wordOf(share)];
    if (typeof text !== 'string') continue;
    if (!parts.some(({ usual }) => share in usual))
      throw new UsageError(`${flag} means nothing to ${parts.map(({ name }) => name).join(', ')}.`);
    given[share] = whole(text, flag);
  }
  const json = values['json'] as string | undefined;
  return {
    help: false,
    parts: parts.map((part) => ({ part, length: lengthOf(part, values['full'] === true, given) })),
    write,
    ...(json !== undefined && { json }),
  };
}

/** As much as there usually is, but for what was given and means something to it. */
function lengthOf({ usual, full }: Part, isFull: boolean, given: Partial<Length>): Length {
  const meant = Object.entries(given).filter(([share]) => share in usual);
  return { ...usual, ...(isFull && full), ...Object.fromEntries(meant) } as Length;
}

/** What `--help` says: examples first. */
export function helpOn(all: readonly Part[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const lengths = (length: Partial<Length>) =>
    shares
      .filter((share) => share in length)
      .map((share) => `${flags[share].flag} ${length[share]}`)
      .join(' ');
  const partLines = all.flatMap(({ name, what, usual, full }) => [
    `  ${name.padEnd(width)}  ${what}`,
    `  ${' '.repeat(width)}  ${lengths(usual)} (full: ${lengths({ ...usual, ...full })})`,
  ]);
  return `npm run bench                                  everything, in about half an hour
npm run bench -- journeys --rounds 5           one part, longer
npm run bench -- --full --json figures.json    everything at full length, in two hours and 50 GB; the figures are kept
npm run bench -- --from figures.json --write   writes them into docs/performance.md
npm run bench -- placing --write               measures, and writes what it measured

Each figure stands beside its target, and none is asserted: look at the ratios, as the rest belongs to the machine.

${partLines.join('\n')}

${shares.map((share) => `  ${flags[share].flag.padEnd(14)} ${flags[share].about}`).join('\n')}
  --full         at full length, where nothing else is said
  --json FILE    puts all figures into a file
  --write        writes the tables of docs/performance.md from the figures
  --from FILE    takes the figures of an earlier run instead of measuring
  --help         this`;
}

const wordOf = (share: keyof Length): string => flags[share].flag.slice(2);

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    ...Object.fromEntries(shares.map((share) => [wordOf(share), text])),
    full: flag,
    json: text,
    write: flag,
    from: text,
    help: { type: 'boolean', short: 'h' },
  } as const;
  return readWords(args, options, 'npm run bench');
}

function whole(text: string, flag: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new UsageError(`${flag} must be a whole number above 0, not "${text}".`);
  return Number(text);
}
