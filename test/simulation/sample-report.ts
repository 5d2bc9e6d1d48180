import { randomFrom } from '../../src/simulation/random.ts';
import type { PhaseReport, Quantiles, Report, Sample, Totals } from '../../src/simulation/report.ts';

/** The course of the sample in shares of its length: who comes, what goes wrong, and when. */
const phases = [
  { name: 'opening', from: 0, to: 2 / 9, rate: 25 },
  { name: 'lunch rush', from: 2 / 9, to: 7 / 9, rate: 90 },
  { name: 'afternoon', from: 7 / 9, to: 1, rate: 35 },
];
const fault = { from: 0.4, openFrom: 0.433, to: 0.511, closedFrom: 0.533 };
const drainS = 14;

/**
 * A report as a run of `lengthS` seconds leaves it: a rush, a provider that goes down in the middle of it, and a breaker that opens.
 * Two promises were broken, and three orders are still open. What differs is given in `overrides`.
 */
export function sampleReport(overrides: Partial<Report> = {}, lengthS = 90): Report {
  const random = randomFrom(7);
  const samples = Array.from({ length: lengthS + drainS }, (_, i) => sampleAt(i + 1, lengthS, random));
  settle(samples);
  const totals = totalsOf(samples, 0, lengthS);
  const delivered = sum(samples, ({ delivered }) => delivered);
  const cancelled = sum(samples, ({ cancelled }) => cancelled);
  const capturedWon = totals.placed * 27_400;
  const refundedWon = cancelled * 24_100;
  return {
    script: 'lunch-rush',
    about: 'A lunch rush, in the middle of which the payment provider is down for a moment.',
    seed: 42,
    broker: 'RabbitMQ 3.10.8',
    machine: { cores: 2, node: 'v20.20.2' },
    startedAt: Date.UTC(2026, 9, 14, 3, 26, 53),
    arrivalsS: lengthS,
    tookS: lengthS + drainS + 0.4,
    passed: false,
    failures: ['3 orders had not come to an end 30 s after the last customer.'],
    totals,
    phases: phases.map(({ name, from, to }): PhaseReport => {
      const [fromS, toS] = [Math.round(from * lengthS), Math.round(to * lengthS)];
      return { name, fromS, toS, ...totalsOf(samples, fromS, toS) };
    }),
    outcomes: { delivered, cancelled, rejected: totals.refused['REJECT_CARD_COMPANY'] ?? 0 },
    journey: [
      { from: 'awaiting-payment', to: 'placed', took: quantiles(totals.placed, 9) },
      { from: 'placed', to: 'accepted', took: quantiles(delivered, 14) },
      { from: 'accepted', to: 'cooked', took: quantiles(delivered, 2_200) },
      { from: 'cooked', to: 'assigned', took: quantiles(delivered, 31) },
      { from: 'assigned', to: 'on-the-way', took: quantiles(delivered, 900) },
      { from: 'on-the-way', to: 'delivered', took: quantiles(delivered, 2_900) },
      { from: 'awaiting-payment', to: 'delivered', took: quantiles(delivered, 6_100) },
    ],
    messages: totals.placed * 7,
    judged: [
      { what: 'availability', is: totals.availability * 100, unit: '%', atLeast: 85, kept: true },
      { what: 'placing, p99', is: totals.placedMs!.p99, unit: 'ms', atMost: 750, kept: false },
      { phase: 'lunch rush', what: 'availability', is: 86.204, unit: '%', atLeast: 95, kept: false },
      { phase: 'afternoon', what: 'placing, p50', is: 12, unit: 'ms', atMost: 50, kept: true },
      { what: 'orders placed a second', is: totals.placedPerSecond, unit: '/s', atLeast: 40, kept: true },
    ],
    audit: {
      orders: totals.placed,
      standing: totals.placed - cancelled,
      capturedWon,
      refundedWon,
      keptWon: capturedWon - refundedWon,
      provider: { transactions: totals.placed + cancelled, capturedWon, cancelledWon: refundedWon },
      findings: 0,
      examples: [],
    },
    samples,
    marks: [
      ...phases.map(({ name, from }) => ({ atS: Math.round(from * lengthS), kind: 'phase' as const, text: name })),
      { atS: fault.from * lengthS, kind: 'fault' as const, text: 'the payment provider answers 503' },
      { atS: fault.to * lengthS, kind: 'cure' as const, text: 'the payment provider works again' },
    ].sort((a, b) => a.atS - b.atS),
    ...overrides,
  };
}

/** A report of a run in which nothing happened at all. */
export const emptyReport = (overrides: Partial<Report> = {}): Report =>
  sampleReport({
    about: '',
    arrivalsS: 0,
    tookS: 0,
    passed: true,
    failures: [],
    totals: totalsOf([], 0, 0),
    phases: [],
    outcomes: {},
    journey: [],
    messages: 0,
    judged: [],
    audit: null,
    samples: [],
    marks: [],
    ...overrides,
  });

function sampleAt(atS: number, lengthS: number, random: () => number): Sample {
  const at = (atS - 0.5) / lengthS;
  const rate = phases.find(({ from, to }) => at >= from && at < to)?.rate ?? 0;
  const offered = Math.round(rate * (0.85 + 0.3 * random()));
  const down = at >= fault.from && at < fault.to;
  const breaker = at < fault.openFrom || at >= fault.closedFrom ? 'closed' : at < fault.to ? 'open' : 'half-open';
  const share = (most: number) => Math.round(offered * most * random());
  const turnedAway = breaker === 'closed' ? 0 : Math.round(offered * 0.93);
  const unanswered = down && breaker === 'closed' ? share(0.5) : 0;
  const refused = Math.min(offered - turnedAway - unanswered, share(0.12));
  const deferred = breaker === 'open' ? Math.min(offered - turnedAway - unanswered - refused, share(0.04)) : 0;
  const placed = offered - turnedAway - unanswered - refused - deferred;
  const slow = down ? 30 : 1 + rate / 60;
  const p50 = Math.round(slow * (7 + 4 * random()));
  const p99 = Math.round(p50 * (2.5 + 3 * random()));
  const placedMs = placed > 0 ? { p50, p99, max: Math.round(p99 * (1 + random())) } : null;
  return {
    ...{ atS, offered, placed, deferred, turnedAway, refused, unanswered, breaker, placedMs },
    ...{ delivered: 0, cancelled: 0, inFlight: {} },
    waiting: Math.round(offered * (down ? 0.9 : 0.05) * random()),
  };
}

/** What is placed is accepted, cooked, fetched and delivered in the seconds that follow; one in forty is cancelled. */
function settle(samples: Sample[]): void {
  const placedIn = (i: number) => samples[i]?.placed ?? 0;
  samples.forEach((sample, i) => {
    const last = i === samples.length - 1;
    const cancelled = Math.round(placedIn(i - 3) / 40);
    sample.cancelled = cancelled;
    sample.delivered = placedIn(i - 6) - Math.round(placedIn(i - 6) / 40);
    if (last) return;
    const inFlight = {
      'awaiting-payment': sample.waiting,
      placed: Math.round(placedIn(i) / 9),
      accepted: placedIn(i) + placedIn(i - 1),
      cooked: Math.round(placedIn(i - 2) / 4),
      assigned: placedIn(i - 3),
      'on-the-way': placedIn(i - 4) + placedIn(i - 5),
      cancelling: Math.round(cancelled / 3),
    };
    sample.inFlight = Object.fromEntries(Object.entries(inFlight).filter(([, orders]) => orders > 0));
  });
}

function totalsOf(samples: readonly Sample[], fromS: number, toS: number): Totals {
  const within = samples.filter(({ atS }) => atS > fromS && atS <= toS);
  const of = (key: 'offered' | 'placed' | 'deferred' | 'turnedAway' | 'refused' | 'unanswered') =>
    sum(within, (sample) => sample[key]);
  const [offered, placed, deferred, busy, refused] = [
    of('offered'),
    of('placed'),
    of('deferred'),
    of('turnedAway'),
    of('refused'),
  ];
  const declined = Math.round(refused * 0.8);
  return {
    offered,
    placed,
    deferred,
    refused: counts({ busy, REJECT_CARD_COMPANY: declined, EXCEED_MAX_AMOUNT: refused - declined }),
    unanswered: counts({ 'no-answer': of('unanswered') }),
    placedPerSecond: toS > fromS ? placed / (toS - fromS) : 0,
    availability: offered > 0 ? (placed + deferred + refused) / offered : 1,
    placedMs: placed > 0 ? slowest(within, placed) : null,
    turnedAwayMs: busy > 0 ? { count: busy, mean: 3.1, p50: 2, p90: 5, p99: 11, max: 64 } : null,
  };
}

/** Not what an HDR histogram would say, but of that order, and different in every phase. */
function slowest(samples: readonly Sample[], count: number): Quantiles {
  const of = (key: 'p50' | 'p99' | 'max') =>
    samples.flatMap(({ placedMs }) => placedMs?.[key] ?? []).sort((a, b) => a - b);
  const at = (sorted: number[], share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  const [p50, p99] = [at(of('p50'), 0.5), at(of('p99'), 0.96)];
  return { count, mean: p50 * 1.8, p50, p90: Math.max(p50, at(of('p99'), 0.5)), p99, max: at(of('max'), 1) };
}

const counts = (of: Record<string, number>) => Object.fromEntries(Object.entries(of).filter(([, n]) => n > 0));

const quantiles = (count: number, p50: number): Quantiles => ({
  count,
  mean: p50 * 1.21,
  p50,
  p90: Math.round(p50 * 1.8),
  p99: Math.round(p50 * 3.1),
  max: Math.round(p50 * 4.7),
});

const sum = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
  samples.reduce((total, sample) => total + of(sample), 0);
