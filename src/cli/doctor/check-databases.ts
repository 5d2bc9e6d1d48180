import { sizeOf } from './check-folder.ts';
import type { DatabaseFacts } from './disk-facts.ts';
import { type Disk, type Facts, ofDisk } from './facts.ts';
import { counted, type Finding, ok, problem, unchecked, warning } from './finding.ts';

/** A write-ahead log that was checkpointed in time stays well below this, bytes. */
const largeWal = 256 * 2 ** 20;

/** Each database file: whole, of a version that is known, with a log that works. */
export const checkDatabases = (facts: Facts): Finding[] =>
  ofDisk('databases', facts, 'databases', (databases) => {
    if (databases.length === 0) return [ok('databases', 'None yet.')];
    const findings = databases.flatMap((one) => judge(one, facts.disk));
    const fine = databases.length - new Set(findings.map(({ found }) => found)).size;
    if (findings.length > 0 && fine <= 0) return findings;
    const bytes = databases.reduce((sum, one) => sum + one.bytes + one.walBytes, 0);
    const rest =
      findings.length > 0 ? 'The other ones are' : `${counted(databases.length, 'database')}, ${sizeOf(bytes)}:`;
    return [...findings, ok('databases', `${rest} whole, of this version, each with its write-ahead log.`)];
  });

/** What is wrong with it; nothing where it is fine. One finding at most, the worst. */
function judge(one: DatabaseFacts, disk: Disk): Finding[] {
  const { name, path, known, version, unreadable, notLookedInto, wal, walBytes, writable } = one;
  const isReadModel = name.startsWith('readmodel');
  const anew = isReadModel
    ? { cure: 'Nothing is lost by it: it is made anew from the journal.', run: 'baedal readmodel rebuild' }
    : { cure: 'Stop `baedal up`, and restore it from a backup; or move it away to start with an empty one.' };
  if (unreadable?.damaged) return [problem('databases', `${name} is damaged or is no database.`, anew)];
  if (unreadable) return [problem('databases', unreadable.message, {})];
  if (!writable)
    return [
      problem('databases', `${path} may not be written.`, {
        cure: 'Give this user write permission to it and its folder, or choose another data folder.',
      }),
    ];
  if (notLookedInto) return [unchecked('databases', `${name} was not looked into, since ${notLookedInto}`)];
  if (version !== undefined && version > known)
    return [
      problem('databases', `${name} was written by a newer baedal (schema ${version}; this one knows ${known}).`, {
        cure: 'Update baedal, or choose another data folder.',
      }),
    ];
  const fault = disk.facts.faults?.[name];
  if (fault?.damaged) return [problem('databases', `${name} is damaged: ${fault.message}`, anew)];
  if (fault) return [problem('databases', fault.message, {})];
  if (version !== undefined && version < known)
    return [
      warning('databases', `${name} is of an older version (schema ${version}; this one needs ${known}).`, {
        cure: 'The next `baedal up` brings it up to date.',
        run: 'baedal up',
      }),
    ];
  if (wal === false)
    return [
      warning('databases', `${name} has no write-ahead log.`, {
        cure: 'The next `baedal up` gives it one.',
        run: 'baedal up',
      }),
    ];
  if (walBytes > largeWal)
    return [
      warning('databases', `The log of ${name} has grown to ${sizeOf(walBytes)}: somebody reads from it without end.`, {
        cure: 'End what has it open for so long: another SQLite tool, or a dashboard that hangs.',
      }),
    ];
  if (fault === undefined && disk.late)
    return [unchecked('databases', `${name} was not read through in time, as it is large or the disk is slow`)];
  return [];
}
