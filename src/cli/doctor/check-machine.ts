import type { Facts } from './facts.ts';
import { ofDisk } from './facts.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** The Node that runs this, against the one that package.json asks for. */
export function checkNode({ node: { version, wanted, platform } }: Facts): Finding[] {
  const [least = 0] = (/\d+/.exec(wanted) ?? []).map(Number);
  const found = `${version}, on ${platform}.`;
  return Number.parseInt(version, 10) >= least
    ? [ok('node', found)]
    : [problem('node', found, { cure: `Install Node ${least} or newer.` })];
}

/** The native library: whether it loads, and gives what the promises rest on. */
export const checkSqlite = (facts: Facts): Finding[] => {
  const { disk } = facts;
  return !disk.facts.sqlite && !disk.failures.sqlite && !disk.late
    ? [problem('sqlite', `The process that was to try it ended by itself. ${lastLine(disk.said)}`.trimEnd(), rebuild)]
    : ofDisk(
        'sqlite',
        facts,
        'sqlite',
        ({ version, journalMode, synchronous }) =>
          journalMode === 'wal' && synchronous === full
            ? [ok('sqlite', `${version}; a write-ahead log that is synced.`)]
            : [
                problem('sqlite', `${version} opens databases with ${journalMode} and synchronous ${synchronous}.`, {
                  cure: 'A commit would not survive a power cut. Install better-sqlite3 as the lock file has it.',
                  run: 'npm ci',
                }),
              ],
        ({ message, code }) =>
          code === undefined
            ? [problem('sqlite', `better-sqlite3 does not load: ${lastLine(message)}`, rebuild)]
            : [
                warning('sqlite', message, {
                  cure: 'It was tried in the folder for temporary files: see to that one.',
                }),
              ],
      );
};

/** What `PRAGMA synchronous` says for FULL. */
const full = 2;
const rebuild = { cure: 'Build it for this Node.', run: 'npm rebuild better-sqlite3' };

const lastLine = (text: string): string =>
  text
    .split('\n')
    .findLast((line) => /error|cannot|could not/i.test(line))
    ?.trim() ?? '';

/** How far clocks may differ, milliseconds. */
const differenceMs = 5_000;
/** Before this no version of the program was made, epoch milliseconds. */
const earliest = Date.UTC(2025, 0, 1);

/** The clock of this machine, against what is known to have happened, and against the clocks of those who tell. */
export function checkClock({ now, disk, clockDifferencesMs = [] }: Facts): Finding[] {
  const cure = { cure: 'Set the clock, and keep it with NTP: times of orders and deadlines come from it.' };
  const at = new Date(now).toISOString().slice(0, 19).replace('T', ' ');
  if (now < earliest) return [problem('clock', `It says ${at} UTC, which is long past.`, cure)];
  const lastAt = disk.facts.readModel?.facts?.lastAt ?? 0;
  if (lastAt - now > differenceMs)
    return [
      warning(
        'clock',
        `It says ${at} UTC, but the newest event is ${Math.round((lastAt - now) / 1_000)} s later.`,
        cure,
      ),
    ];
  const worst = clockDifferencesMs.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0] ?? 0;
  if (Math.abs(worst) > differenceMs)
    return [warning('clock', `A process that tells of itself is ${Math.round(worst / 1_000)} s away from it.`, cure)];
  return [ok('clock', `${at} UTC.`)];
}
