import type { Counts, Mark, Progress, Quantiles, Sample, Totals } from '../../src/simulation/report.ts';

const phases = [
  { name: 'warm-up', fromS: 0, toS: 20 },
  { name: 'rush', fromS: 20, toS: 60 },
  { name: 'calm', fromS: 60, toS: 90 },
];

const faults: readonly Mark[] = [
  { atS: 35, kind: 'fault', text: 'the provider fails 30 % of the charges' },
  { atS: 50, kind: 'cure', text: 'the provider fails 30 % of the charges' },
  { atS: 70, kind: 'fault', text: 'the kitchen is killed' },
];

const marks: readonly Mark[] = [
  ...phases.map(({ name, fromS }): Mark => ({ atS: fromS, kind: 'phase', text: name })),
  ...faults,
].sort((a, b) => a.atS - b.atS);

/** A second of it: 20 orders are due each, 100 in the rush; the fault turns some away, and makes it slow. */
function sampleAt(atS: number): Sample {
  const rush = atS > 20 && atS <= 60;
  const failing = atS > 35 && atS <= 50;
  const offered = (rush ? 100 : 20) + (atS % 5);
  const turnedAway = failing ? 30 : 0;
  const refused = atS % 4 === 0 ? 1 : 0;
  const placed = offered - turnedAway - refused;
  return {
    atS,
    offered,
    placed,
    deferred: 0,
    turnedAway,
    refused,
    unanswered: 0,
    delivered: Math.max(0, placed - 8),
    cancelled: atS % 6 === 0 ? 1 : 0,
    placedMs: { p50: failing ? 310 : 12, p99: failing ? 1_240 : 41, max: failing ? 2_300 : 95 },
    waiting: failing ? 38 : 2,
    inFlight: { 'awaiting-payment': 2, placed: 11, accepted: 96, cooked: 12, assigned: 7, 'on-the-way': 84 },
    breaker: failing && atS > 40 && atS <= 45 ? 'open' : 'closed',
  };
}

const sum = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
  samples.reduce((all, sample) => all + of(sample), 0);

const quantiles = (count: number, p50: number, p90: number, p99: number, max: number): Quantiles | null =>
  count === 0 ? null : { count, mean: p50, p50, p90, p99, max };

function totalsOf(samples: readonly Sample[]): Totals {
  const offered = sum(samples, (sample) => sample.offered);
  const placed = sum(samples, (sample) => sample.placed);
  const busy = sum(samples, (sample) => sample.turnedAway);
  const declined = sum(samples, (sample) => sample.refused);
  const counts: Counts = {
    offered,
    placed,
    deferred: 0,
    refused: { ...(busy > 0 && { busy }), ...(declined > 0 && { REJECT_CARD_COMPANY: declined }) },
    unanswered: {},
  };
  return {
    ...counts,
    placedPerSecond: samples.length === 0 ? 0 : placed / samples.length,
    availability: offered === 0 ? 1 : (placed + declined) / offered,
    placedMs: quantiles(placed, 14, 120, 890, 2_300),
    turnedAwayMs: quantiles(busy, 4, 9, 20, 31),
  };
}

/**
 * How far a simulation of 90 seconds has come, the same each time: a rush from 20 to 60 s, a provider that fails from 35 to 50 s. By default
 * after 48 s. What follows from `elapsedS` follows from that of `overrides`.
 */
export function sampleProgress(overrides: Partial<Progress> = {}): Progress {
  const { elapsedS = 48 } = overrides;
  const samples = Array.from({ length: Math.min(90, Math.floor(elapsedS)) }, (_, i) => sampleAt(i + 1));
  const last = samples.at(-1);
  const phase = phases.find(({ toS }) => elapsedS < toS);
  return {
    script: 'lunch-rush',
    about: 'Half past twelve, and a provider that has a bad day.',
    seed: 7,
    broker: 'the embedded broker',
    samples,
    marks: marks.filter(({ atS }) => atS <= elapsedS),
    ahead: faults.filter(({ atS }) => atS > elapsedS),
    messages: 9 * sum(samples, (sample) => sample.placed),
    outcomes: {
      delivered: sum(samples, (sample) => sample.delivered),
      cancelled: sum(samples, (sample) => sample.cancelled),
      rejected: sum(samples, (sample) => sample.turnedAway + sample.refused),
    },
    stage: phase ? { kind: 'phase', name: phase.name } : { kind: 'draining', name: '' },
    phases,
    elapsedS,
    totals: totalsOf(samples),
    waiting: last?.waiting ?? 0,
    inFlight: last?.inFlight ?? {},
    breaker: last?.breaker ?? 'closed',
    said: [],
    ...overrides,
  };
}
