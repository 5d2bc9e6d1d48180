import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
export const ticksPerSecond = 100;

/** What a process has used so far, all its threads together. */
export type Use = { cpuSeconds: number; residentMb: number };

/** @param pid of a process on this machine, which must be Linux */
export function usedBy(pid: number): Use {
  const [, kilobytes] = /VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return {
    cpuSeconds: ticksIn(`/proc/${pid}/stat`) / ticksPerSecond,
    residentMb: Number(kilobytes) / 1_024,
  };
}

/** User time and system time together, from the `stat` of a process or a thread. */
export function ticksIn(path: string): number {
  // The name in brackets may have spaces; what follows it has none. The times are fields 14 and 15.
  const fields = readFileSync(path, 'utf8').split(') ').at(-1)!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
