import { readWords } from '../scripts/read-words.ts';
import { UsageError } from '../src/cli/exit-code.ts';
import { type BrokerKind, brokerKinds, type Drill, type Length } from './drill.ts';

export type Wanted = { help: true } | { help: false; json: boolean; drills: { drill: Drill; length: Length }[] };

/** What each part of a length is called on the command line, and how it is read. */
const flags: { [L in keyof Length]: { flag: string; read(text: string, flag: string): Length[L]; about: string } } = {
  rounds: { flag: '--rounds', read: whole, about: 'how often the fault is made' },
  rate: { flag: '--rate', read: positive, about: 'orders a second' },
  minutes: { flag: '--minutes', read: positive, about: 'how long it watches' },
  messages: { flag: '--messages', read: whole, about: 'how many messages are put somewhere' },
  invocations: { flag: '--invocations', read: whole, about: 'how many command lines are tried' },
  seed: { flag: '--seed', read: whole, about: 'another one tries other things' },
  brokers: { flag: '--broker', read: broker, about: `${brokerKinds.join(' or ')}; default: both, one after the other` },
};
const parts = Object.keys(flags) as (keyof Length)[];

/**
 * What `npm run chaos` was asked for.
 * @throws {UsageError} it cannot be done like that
 */
export function readArguments(args: string[], all: readonly Drill[]): Wanted {
  const { values, positionals } = parse(args);
  if (values['help']) return { help: true };
  const names = positionals.length > 0 ? positionals : all.map(({ name }) => name);
  const drills = names.map((name) => {
    const drill = all.find((one) => one.name === name);
    if (!drill) throw new UsageError(`There is no drill "${name}". ${these(all)}`);
    return drill;
  });
  const given: Partial<Length> = {};
  for (const part of parts) {
    const { flag, read } = flags[part];
    const text = values[flag.slice(2)];
    if (typeof text !== 'string') continue;
    if (!drills.some(({ usual }) => part in usual))
      throw new UsageError(`${flag} means nothing to ${drills.map(({ name }) => name).join(', ')}.`);
    Object.assign(given, { [part]: read(text, flag) });
  }
  return {
    help: false,
    json: values['json'] === true,
    drills: drills.map((drill) => ({ drill, length: lengthOf(drill, given) })),
  };
}

/** As long as it usually is, but for what was given and means something to it. */
function lengthOf({ usual }: Drill, given: Partial<Length>): Length {
  const meant = Object.entries(given).filter(([part]) => part in usual);
  return { ...usual, ...Object.fromEntries(meant) };
}

/** What `--help` says: examples first. */
export function helpOn(all: readonly Drill[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const usual = ({ usual }: Drill) =>
    parts
      .filter((part) => part in usual)
      .map((part) => `${flags[part].flag}${part === 'brokers' ? '' : ` ${usual[part]}`}`)
      .join(' ');
  return `npm run chaos                                every drill, one after the other
npm run chaos -- broker-killed --rounds 50   one drill, longer
npm run chaos -- crash-points --broker embedded --json > report.json

Real faults on real processes. Customers order meanwhile, and keep a record of what they were promised; in the end it is held
against the platform's audit, the payment provider's own ledger and each order's story. Exit code 1: a promise was not kept.

${all.map((drill) => `  ${drill.name.padEnd(width)}  ${drill.what} ${usual(drill)}`).join('\n')}

${parts.map((part) => `  ${flags[part].flag.padEnd(14)} ${flags[part].about}`).join('\n')}
  --json         one object on stdout; how it goes on is told on stderr
  --help         this`;
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    ...Object.fromEntries(parts.map((part) => [flags[part].flag.slice(2), text])),
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  return readWords(args, options, 'npm run chaos');
}

function positive(text: string, flag: string): number {
  const number = Number(text);
  if (!(number > 0 && number < 1e6)) throw new UsageError(`${flag} must be a number above 0, not "${text}".`);
  return number;
}

function whole(text: string, flag: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${flag} must be a whole number above 0, not "${text}".`);
  return Number(text);
}

function broker(text: string, flag: string): BrokerKind[] {
  const found = brokerKinds.find((kind) => kind === text);
  if (found === undefined) throw new UsageError(`${flag} is ${brokerKinds.join(' or ')}, not "${text}".`);
  return [found];
}

const these = (all: readonly Drill[]): string => `The drills are ${all.map(({ name }) => name).join(', ')}.`;
