import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../src/cli/settings.ts';
import { openTerminal } from '../test/harness/terminal.ts';
import { environmentOf } from './bench-settings.ts';
import { median } from './figures.ts';
import { timeHelp, timeMoves, timeTyping } from './keys.ts';
import { usedBy } from './process-use.ts';

/** What watching costs. Memory in MB: what is resident after the first minute, and at the end. Keys: milliseconds until painted. */
export type Watched = {
  cpuShare: number;
  afterAMinuteMb: number;
  atTheEndMb: number;
  writtenKbPerSecond: number;
  keysMs: { help: number[]; moves: number[]; typing: number[] };
};

const minuteMs = 60_000;
/** Memory is the median of what is seen in so many seconds: the garbage collector comes and goes. */
const samplesOfMemory = 15;
const keyTimes = 100;

/** Opens the dashboard as people do, in a terminal of 120 × 40, lets it run for `minutes`, two at least, and then presses keys. */
export async function watchDashboard(settings: Settings, minutes: number): Promise<Watched> {
  const forMs = Math.max(2, minutes) * minuteMs;
  const terminal = openTerminal(['dashboard'], {
    columns: 120,
    rows: 40,
    env: environmentOf(settings),
    timeoutMs: forMs + 5 * minuteMs,
  });
  try {
    await terminal.waitFor('customer-');
    const pid = terminal.pid();
    const memory = async () => {
      const seen: number[] = [];
      for (let i = 0; i < samplesOfMemory; i++) {
        await sleep(1_000);
        seen.push(usedBy(pid).residentMb);
      }
      return median(seen);
    };
    await sleep(minuteMs);
    const before = { at: performance.now(), ...usedBy(pid), written: terminal.raw().length };
    const afterAMinuteMb = await memory();
    await sleep(forMs - minuteMs - 2 * samplesOfMemory * 1_000);
    const atTheEndMb = await memory();
    const seconds = (performance.now() - before.at) / 1_000;
    const cpuShare = (usedBy(pid).cpuSeconds - before.cpuSeconds) / seconds;
    const writtenKbPerSecond = (terminal.raw().length - before.written) / 1_024 / seconds;
    const help = await timeHelp(terminal, keyTimes);
    const typing = await timeTyping(terminal, keyTimes);
    const moves = await timeMoves(terminal, keyTimes);
    return { cpuShare, afterAMinuteMb, atTheEndMb, writtenKbPerSecond, keysMs: { help, moves, typing } };
  } finally {
    await terminal.close();
  }
}
