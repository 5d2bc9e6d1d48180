import type { Mark, Progress, Sample } from '../../simulation/report.ts';
import { sum } from '../../simulation/tally.ts';
import { span, won } from '../show.ts';
import { elapsed } from './elapsed.ts';

/** How often it looks whether there is a mark, milliseconds. */
const lookEveryMs = 100;

export type TellOptions = {
  /** How far it has come, now. */
  progress(): Progress;
  say(line: string): void;
  /** Milliseconds from one line to the next, default 5_000. */
  everyMs?: number;
};

/**
 * Says in plain lines how far a simulation has come: now and then how it goes, and each mark once.
 * @returns how to stop that; marks that are not said yet are said then
 */
export function tellProgress({ progress, say, everyMs = 5_000 }: TellOptions): { stop(): void } {
  let marks = 0;
  let saidAtS = Number.NEGATIVE_INFINITY;
  const tellMarks = (now: Progress) => {
    for (const mark of now.marks.slice(marks)) say(markLine(mark));
    marks = now.marks.length;
  };
  const tell = () => {
    const now = progress();
    tellMarks(now);
    say(stateLine(now, saidAtS));
    saidAtS = now.samples.at(-1)?.atS ?? saidAtS;
  };
  const timers = [setInterval(() => tellMarks(progress()), lookEveryMs), setInterval(tell, everyMs)];
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
      tellMarks(progress());
    },
  };
}

const kinds: Record<Mark['kind'], string> = { phase: 'phase', fault: 'fault', cure: 'cured' };

const markLine = ({ atS, kind, text }: Mark): string => `${elapsed(atS)}  ${kinds[kind]}: ${text}`;

const stages = { starting: 'starting', draining: 'finishing', auditing: 'auditing', over: 'over' };

/**
 * How it goes: counts since the start, and of the seconds after `sinceS` how many were placed in one; of their latencies the one in the
 * middle for p50, and the longest for p99.
 */
export function stateLine(progress: Progress, sinceS: number): string {
  const { elapsedS, stage, totals, breaker } = progress;
  const lately = progress.samples.slice(-60).filter(({ atS }) => atS > sinceS);
  const placed = lately.reduce((sum, sample) => sum + sample.placed, 0);
  const before = progress.samples.at(-1 - lately.length)?.atS ?? 0;
  const seconds = (lately.at(-1)?.atS ?? before) - before; // a sample is longer where this process was held up
  const unanswered = sum(totals.unanswered);
  const turnedAway = totals.refused['busy'] ?? 0;
  const refused = sum(totals.refused) - turnedAway;
  const inFlight = sum(progress.inFlight);
  return [
    elapsed(elapsedS),
    stage.kind === 'phase' ? stage.name : stages[stage.kind],
    `placed ${won(totals.placed)}${seconds > 0 ? ` (${won(Math.round(placed / seconds))}/s)` : ''}`,
    ...(turnedAway > 0 ? [`turned away ${won(turnedAway)}`] : []),
    ...(refused > 0 ? [`refused ${won(refused)}`] : []),
    ...latencyOf(lately),
    `in flight ${won(inFlight)}`,
    ...(unanswered > 0 ? [`unanswered ${won(unanswered)}`] : []),
    ...(breaker === 'closed' ? [] : [`breaker ${breaker}`]),
  ].join('  ');
}

function latencyOf(samples: readonly Sample[]): string[] {
  const times = samples.flatMap(({ placedMs }) => placedMs ?? []);
  if (times.length === 0) return [];
  const p50s = times.map(({ p50 }) => p50).sort((a, b) => a - b);
  return [
    `p50 ${span(p50s[Math.floor((p50s.length - 1) / 2)]!)}`,
    `p99 ${span(Math.max(...times.map(({ p99 }) => p99)))}`,
  ];
}
