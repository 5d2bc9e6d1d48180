import type { FolderFacts } from './disk-facts.ts';
import { type Facts, inSentence, ofDisk } from './facts.ts';
import { type Finding, inShell, ok, problem, warning } from './finding.ts';

/** Where everything is kept. */
export const checkFolder = (facts: Facts): Finding[] =>
  ofDisk('folder', facts, 'folder', (folder) => {
    const [first, ...more] = [...judgeFolder(folder), ...checkFiles(facts.disk)];
    return first?.result === 'ok' && more.length > 0 ? more : [first!, ...more];
  });

/** The small files in it: names that are written there, and locks. */
function checkFiles({ facts: { locks }, failures }: Facts['disk']): Finding[] {
  const findings = (locks?.unusable ?? []).map(({ path, why }) =>
    problem('folder', `The lock ${path} cannot be used: ${inSentence(why)}.`, {
      cure: 'Stop `baedal up` and move it away; it is made anew.',
    }),
  );
  for (const topic of ['place', 'locks'] as const) {
    const failure = failures[topic];
    if (failure)
      findings.push(
        problem('folder', `${inSentence(failure.message)}.`, {
          cure: 'Stop `baedal up`, and see what is there in its place and who may read it.',
        }),
      );
  }
  for (const path of locks?.strange ?? [])
    findings.push(
      warning('folder', `${path} is no lock of this program.`, {
        cure: 'Move it away.',
      }),
    );
  return findings;
}

function judgeFolder({ path, exists, nearest, notWritable, shared }: FolderFacts): Finding[] {
  if (notWritable)
    return [
      problem('folder', `${nearest} cannot be used: ${notWritable}.`, {
        cure: 'Give this user read and write permission, or choose another data folder with --data or BAEDAL_DATA.',
      }),
    ];
  if (!exists) return [ok('folder', `${path} is not there yet; the first command that needs it makes it.`)];
  if (shared)
    return [
      warning('folder', `${path} can be looked into by other users.`, {
        cure: 'Keep it for its owner: it says who ordered what.',
        run: `chmod 700 ${inShell(path)}`,
      }),
    ];
  return [ok('folder', `${path}, for its owner alone.`)];
}

/** Kinds of file systems that another machine serves, by the number that Linux gives them. */
const network = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x01021997, '9P'],
  [0x65735546, 'FUSE'],
]);
/** In memory: gone after a power cut. */
const inMemory = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
]);

/** Free space below which nothing can be taken any more, and below which somebody should see to it, bytes. */
const tooLittle = 50e6;
const little = 1e9;

/** What the disk is, and how much is free. */
export const checkDisk = (facts: Facts): Finding[] => ofDisk('disk', facts, 'folder', judgeDisk);

/** @param folder what is known of it; sizes in bytes */
export function judgeDisk({ fileSystem, freeBytes, nearest }: FolderFacts): Finding[] {
  const findings: Finding[] = [];
  const served = network.get(fileSystem);
  const elsewhere = { cure: 'Choose a data folder on a disk of this machine, with --data or BAEDAL_DATA.' };
  if (served === 'FUSE' || served === '9P')
    findings.push(
      warning(
        'disk',
        `${nearest} is on ${served}, which may be another machine's: a write-ahead log does not work there.`,
        elsewhere,
      ),
    );
  else if (served)
    findings.push(
      problem(
        'disk',
        `${nearest} is on ${served}, a network file system: a write-ahead log does not work there.`,
        elsewhere,
      ),
    );
  const memory = inMemory.get(fileSystem);
  if (memory)
    findings.push(
      warning('disk', `${nearest} is in memory (${memory}): nothing survives a restart of the machine.`, elsewhere),
    );
  const free = `${sizeOf(freeBytes)} free`;
  const room = { cure: 'Make room on it.' };
  if (freeBytes < tooLittle)
    findings.push(problem('disk', `${free}: orders cannot be taken once that is used up.`, room));
  else if (freeBytes < little) findings.push(warning('disk', `${free}.`, room));
  return findings.length > 0 ? findings : [ok('disk', `${free}.`)];
}

/** Bytes as people say them. */
export function sizeOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1_000 ** step;
  return `${value >= 10 || step === 0 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
