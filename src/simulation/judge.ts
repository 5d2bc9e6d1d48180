import type { OrderStatus } from '../actors/messages.ts';
import type { Judged, Quantiles, Totals } from './report.ts';
import type { Bound, Expectations } from './script.ts';
import { failedOf, sum, turnedAwayOf } from './tally.ts';

/** What a phase, or the whole, has come to. */
export type Evidence = {
  totals: Totals;
  outcomes: Partial<Record<OrderStatus, number>>;
  /** Orders taken to be paid later, and then not paid for a reason of their customer's own. */
  declinedLater?: number;
  /** Of one where somebody looked: the provider's charges over what it can do. */
  capacityUsed?: number;
  /** Of the whole alone. */
  mostInFlight?: number;
  delivered?: Quantiles;
};

/** How something is called, and measured. Nothing to measure keeps no promise. */
type Measure = { what: string; unit: string; of(evidence: Evidence): number | undefined };

const measures: { [E in keyof Expectations]-?: Measure } = {
  offered: { what: 'orders asked for', unit: '', of: ({ totals }) => totals.offered },
  placed: { what: 'orders placed', unit: '', of: ({ totals }) => totals.placed },
  deferred: { what: 'orders to be paid later', unit: '', of: ({ totals }) => totals.deferred },
  turnedAway: { what: 'orders turned away', unit: '', of: ({ totals }) => turnedAwayOf(totals) },
  refused: {
    what: 'orders refused for another reason',
    unit: '',
    of: ({ totals }) => sum(totals.refused) - turnedAwayOf(totals),
  },
  unanswered: { what: 'orders without an answer', unit: '', of: ({ totals }) => sum(totals.unanswered) },
  placedPerSecond: { what: 'orders placed a second', unit: '/s', of: ({ totals }) => totals.placedPerSecond },
  availability: { what: 'availability', unit: '%', of: ({ totals }) => 100 * totals.availability },
  served: { what: 'served in the end', unit: '%', of: (evidence) => servedPercent(evidence) },
  placedP50: { what: 'placing, p50', unit: 'ms', of: ({ totals }) => totals.placedMs?.p50 },
  placedP99: { what: 'placing, p99', unit: 'ms', of: ({ totals }) => totals.placedMs?.p99 },
  placedMax: { what: 'placing, slowest', unit: 'ms', of: ({ totals }) => totals.placedMs?.max },
  turnedAwayP99: { what: 'turning away, p99', unit: 'ms', of: ({ totals }) => totals.turnedAwayMs?.p99 },
  turnedAwayMax: { what: 'turning away, slowest', unit: 'ms', of: ({ totals }) => totals.turnedAwayMs?.max },
  capacityUsed: {
    what: "the provider's capacity used",
    unit: '%',
    of: ({ capacityUsed }) => capacityUsed && 100 * capacityUsed,
  },
  delivered: { what: 'orders delivered', unit: '', of: ({ outcomes }) => outcomes.delivered ?? 0 },
  cancelled: { what: 'orders cancelled', unit: '', of: ({ outcomes }) => outcomes.cancelled ?? 0 },
  mostInFlight: { what: 'orders in flight at most', unit: '', of: ({ mostInFlight }) => mostInFlight },
  deliveredP99: { what: 'from placed to delivered, p99', unit: 'ms', of: ({ delivered }) => delivered?.p99 },
};

/** Holds what was expected against what came. */
export function judge(expected: Expectations, evidence: Evidence, phase?: string): Judged[] {
  return Object.entries(expected).flatMap(([name, bound]) => {
    if (bound === undefined) return [];
    const { what, unit, of } = measures[name as keyof Expectations];
    const is = of(evidence);
    const should = inUnit(bound, unit);
    return {
      ...(phase !== undefined && { phase }),
      what,
      ...(is !== undefined && { is }),
      unit,
      ...should,
      kept: isKept(is, should),
    };
  });
}

/** Shares are said in percent. */
const inUnit = ({ atLeast, atMost }: Bound, unit: string): Bound => {
  const times = unit === '%' ? 100 : 1;
  return atLeast === undefined ? { atMost: atMost! * times } : { atLeast: atLeast * times };
};

const isKept = (
  is: number | undefined,
  { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }: Bound,
) => is !== undefined && is >= atLeast && is <= atMost;

/** Those who came for nothing through no fault of their own were not served, and neither was who was promised a meal and got none. */
function servedPercent({ totals, outcomes, declinedLater = 0 }: Evidence): number | undefined {
  const refused = sum(totals.refused) + sum(totals.unanswered) - failedOf(totals);
  const own = refused + declinedLater + (outcomes.cancelled ?? 0);
  const came = totals.offered - own;
  return came > 0 ? (100 * (outcomes.delivered ?? 0)) / came : undefined;
}
