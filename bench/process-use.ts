import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100;

/** What a process has used so far, all its threads together. */
export type Use = { cpuSeconds: number; residentMb: number };

/** @param pid of a process on this machine, which must be Linux */
export function usedBy(pid: number): Use {
  // The name in brackets may have spaces; what follows it has none. User time and system time are fields 14 and 15.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  const [, kilobytes] = /VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    residentMb: Number(kilobytes) / 1_024,
  };
}
