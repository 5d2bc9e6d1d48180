import { type Evidence, judge } from './judge.ts';
import type { OrderWatch } from './order-watch.ts';
import type { AuditReport, Judged, Mark, PhaseReport, Report, Sample, Totals } from './report.ts';
import type { Script } from './script.ts';
import { sum, type Tally } from './tally.ts';

/** When a phase began and ended, milliseconds since the start, and how much of what the provider can do it did meanwhile. */
export type PhaseTimes = { fromMs: number; toMs?: number; capacityUsed?: number };

/** What a simulation has come to. */
export type Played = {
  script: Script;
  on: string;
  machine: Report['machine'];
  /** Epoch milliseconds. */
  startedAt: number;
  /** Until the last customer had been answered, and until everything was over. */
  arrivalsMs: number;
  tookMs: number;
  /** Of each phase that was played. */
  times: readonly PhaseTimes[];
  tally: Tally;
  watch: OrderWatch;
  samples: Sample[];
  marks: Mark[];
  /** Somebody ended it early. */
  stopped: boolean;
  /** What could not be done to the platform, a sentence each. */
  failed: readonly string[];
  /** Orders that had not come to an end. */
  open: number;
  /** Or why there is none. */
  audit: AuditReport | string;
};

/** What there is to say of it, and whether it passed. */
export function reportOf(played: Played): Report {
  const { script, on, machine, startedAt, arrivalsMs, tookMs, tally, watch, audit, samples, marks } = played;
  const totals = tally.whole(arrivalsMs / 1_000);
  const phases = phasesOf(played);
  const judged = judgedOf(played, totals, phases);
  const failures = failuresOf(played, totals);
  return {
    script: script.name,
    about: script.about,
    seed: script.seed,
    broker: on,
    machine,
    startedAt,
    arrivalsS: arrivalsMs / 1_000,
    tookS: tookMs / 1_000,
    passed: failures.length === 0 && judged.every(({ kept }) => kept),
    failures,
    totals,
    phases,
    outcomes: watch.outcomes(),
    journey: watch.journey(),
    messages: watch.messages,
    judged,
    audit: typeof audit === 'string' ? null : audit,
    samples,
    marks,
  };
}

const phasesOf = ({ script, times, tally, tookMs }: Played): PhaseReport[] =>
  times.map(({ fromMs, toMs = tookMs }, i) => ({
    name: script.phases[i]!.name,
    fromS: fromMs / 1_000,
    toS: toMs / 1_000,
    ...tally.phase(i, (toMs - fromMs) / 1_000),
  }));

function judgedOf({ script, times, watch }: Played, totals: Totals, phases: readonly PhaseReport[]): Judged[] {
  const delivered = watch.journey().find(({ from, to }) => from === 'placed' && to === 'delivered')?.took;
  const evidence = (totals: Totals, phase?: number): Evidence => ({
    totals,
    outcomes: watch.outcomes(phase),
    declinedLater: watch.declinedLater(phase),
  });
  return [
    ...phases.flatMap((phase, i) => {
      const { capacityUsed } = times[i]!;
      const more = capacityUsed === undefined ? {} : { capacityUsed };
      return judge(script.phases[i]!.expect ?? {}, { ...evidence(phase, i), ...more }, phase.name);
    }),
    ...judge(script.expect, {
      ...evidence(totals),
      mostInFlight: watch.mostInFlight,
      ...(delivered && { delivered }),
    }),
  ];
}

/** Why it failed, whatever was promised. */
function failuresOf({ script, stopped, failed, open, audit }: Played, totals: Totals): string[] {
  const orders = open === 1 ? 'order' : 'orders';
  return [
    ...(stopped ? ['It was stopped before its end.'] : []),
    ...failed,
    ...(nobodyAnswered(totals) ? ['Nobody was answered. See that the platform runs: baedal system.'] : []),
    ...(open > 0
      ? [`${open} ${orders} had not come to an end ${script.drain / 1_000} s after the last customer.`]
      : []),
    ...(typeof audit === 'string' ? [`The audit could not be made: ${audit}`] : []),
    ...(typeof audit !== 'string' && audit.findings > 0 ? [`The audit has findings: ${audit.findings}.`] : []),
  ];
}

/** Where nothing was promised, nothing would be wrong with that. */
const nobodyAnswered = ({ offered, unanswered }: Totals): boolean => offered > 0 && sum(unanswered) === offered;
