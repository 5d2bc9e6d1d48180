import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { Report } from '../../src/simulation/report.ts';
import { baedal, type Running } from '../harness/baedal.ts';
import { tempFolder } from '../harness/temp-folder.ts';

/** Files of the tests of one file; it removes them. */
export const folder = tempFolder();

export const timeoutMs = 150_000;

export const simulate = (...args: string[]) => baedal(['simulate', ...args], { timeoutMs });
export const reportOf = (stdout: string): Report => JSON.parse(stdout) as Report;
/** Plays a script of ours. */
export async function play(text: string, ...args: string[]) {
  const file = folder.file('script.yaml');
  writeFileSync(file, text);
  const { code, stdout, stderr } = await simulate(file, '--json', ...args);
  if (stdout === '') throw new Error(stderr);
  return { code, report: reportOf(stdout), stderr };
}
export const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has ended meanwhile
  }
};
/** Processes with these words on their command line. */
export const pidsWith = (words: string): number[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number)
    .filter((pid) => commandLine(pid).includes(words));
export const processesWith = (words: string): string[] => pidsWith(words).map(commandLine);
/** The actors' processes of a simulation: others may run just now, of others. */
export const actorsOf = ({ pid }: Running): number[] =>
  pidsWith('--with-parent').filter((child) => {
    try {
      return readFileSync(`/proc/${child}/status`, 'utf8').includes(`\nPPid:\t${pid}\n`);
    } catch {
      return false; // it has ended meanwhile
    }
  });
export const isAlive = (pid: number): boolean => commandLine(pid) !== '';

export const sound = ({ failures, audit, totals, outcomes }: Report) => {
  assert.equal(failures, []);
  assert.is(audit!.findings, 0, String(audit!.examples));
  assert.equal(totals.unanswered, {});
  const ended = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
  assert.is(ended, totals.offered, 'everybody who came is in one of the ends');
};
