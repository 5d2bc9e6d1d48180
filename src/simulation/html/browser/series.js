// What the charts draw, made of the seconds of a report. Knows nothing of the page.

/**
 * @typedef {import('../../report.ts').Sample} Sample
 * @typedef {{ key: string, label: string, how: 'mean' | 'highest' | 'last', values: (number | null)[] }} Line one line of a chart, a value a
 *   second; `how` several of them become one
 * @typedef {{ fromS: number, toS: number, state: 'open' | 'half-open' }} Stretch how long the breaker was what
 */

/** Statuses of orders that are not over, in the order in which an order has them. */
const underWay = [
  'awaiting-payment',
  'payment-deferred',
  'placed',
  'accepted',
  'cooked',
  'assigned',
  'on-the-way',
  'cancelling',
];

/**
 * What happened in each second. Deferred and cancelled orders only where there are some.
 * @param {readonly Sample[]} samples
 * @returns {Line[]}
 */
export function throughputOf(samples) {
  /** @type {['offered' | 'placed' | 'delivered' | 'turnedAway' | 'refused' | 'unanswered' | 'deferred' | 'cancelled', string][]} */
  const all = [
    ['offered', 'offered'],
    ['placed', 'placed'],
    ['delivered', 'delivered'],
    ['turnedAway', 'turned away'],
    ['refused', 'refused'],
    ['unanswered', 'unanswered'],
    ['deferred', 'deferred'],
    ['cancelled', 'cancelled'],
  ];
  return all
    .filter(([key], i) => i < 6 || samples.some((sample) => sample[key] > 0))
    .map(([key, label]) => ({ key, label, how: 'mean', values: samples.map((sample) => sample[key]) }));
}

/**
 * How long placing took, milliseconds; null where nothing was placed.
 * @param {readonly Sample[]} samples
 * @returns {Line[]}
 */
export function latencyOf(samples) {
  return /** @type {const} */ (['p50', 'p99', 'max']).map((key) => ({
    key,
    label: key,
    how: key === 'p50' ? 'mean' : 'highest',
    values: samples.map(({ placedMs }) => placedMs?.[key] ?? null),
  }));
}

/**
 * Customers who wait for their answer.
 * @param {readonly Sample[]} samples
 * @returns {Line[]}
 */
export const waitingOf = (samples) => [
  { key: 'waiting', label: 'waiting', how: 'highest', values: samples.map(({ waiting }) => waiting) },
];

/**
 * Orders that are not over, a line for each status that occurs.
 * @param {readonly Sample[]} samples
 * @returns {Line[]}
 */
export function inFlightOf(samples) {
  const found = new Set(samples.flatMap(({ inFlight }) => Object.keys(inFlight)));
  const known = underWay.filter((status) => found.delete(status));
  return [...known, ...found].map((status) => ({
    key: status,
    label: status,
    how: 'last',
    values: samples.map(
      ({ inFlight }) => inFlight[/** @type {import('../../../actors/messages.ts').OrderStatus} */ (status)] ?? 0,
    ),
  }));
}

/**
 * The lines on top of each other: how high each ends. Those that are not shown take no room.
 * @param {readonly Line[]} lines
 * @param {(index: number) => boolean} isShown
 * @returns {Line['values'][]}
 */
export function stacked(lines, isShown = () => true) {
  /** @type {(number | null)[]} */
  let below = [];
  return lines.map(({ values }, index) => {
    const shown = isShown(index);
    below = values.map((value, i) => (value === null ? null : (below[i] ?? 0) + (shown ? value : 0)));
    return below;
  });
}

/**
 * The largest value of a line; null where it has none.
 * @param {Line['values']} values
 */
export function highest(values) {
  /** @type {number | null} */
  let most = null;
  for (const value of values) if (value !== null && (most === null || value > most)) most = value;
  return most;
}

/**
 * Whether lines span so much that only a logarithmic scale shows all of it: two decades. Zero has no place on one, and does not count.
 * @param {readonly Line[]} lines
 */
export function spansDecades(lines) {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const { values } of lines)
    for (const value of values)
      if (value !== null && value > 0) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return most >= least * 100;
}

/**
 * When the breaker was not closed. A sample tells of the end of its second, so a stretch begins with that second.
 * @param {readonly Sample[]} samples
 * @returns {Stretch[]}
 */
export function breakerStretches(samples) {
  /** @type {Stretch[]} */
  const stretches = [];
  let before = 0;
  for (const { atS, breaker } of samples) {
    const last = stretches.at(-1);
    if (last?.state === breaker && last.toS === before) last.toS = atS;
    else if (breaker !== 'closed') stretches.push({ fromS: before, toS: atS, state: breaker });
    before = atS;
  }
  return stretches;
}

/**
 * Values that stand alone, with nothing before and after to draw a line to. They are drawn as points.
 * @param {Line['values']} values
 * @param {number} from
 * @param {number} to the last of them
 * @returns {number[]} where they are
 */
export function lonely(values, from = 0, to = values.length - 1) {
  /** @type {number[]} */
  const found = [];
  for (let i = from; i <= to; i++)
    if ((values[i] ?? null) !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null)
      found.push(i);
  return found;
}

/**
 * Lines from the start of the run to its end, which lie before the first second's end and after the last one's: there, nothing is drawn.
 * @param {readonly Sample[]} samples
 * @param {readonly Line[]} lines
 * @param {number} tookS
 * @returns {{ times: number[], lines: Line[] }}
 */
export function padded(samples, lines, tookS) {
  const times = samples.map(({ atS }) => atS);
  const before = times[0] === 0 ? 0 : 1;
  const endS = Math.max(tookS, times.at(-1) ?? 0, 1);
  const after = times.at(-1) === endS ? 0 : 1;
  return {
    times: [...(before ? [0] : []), ...times, ...(after ? [endS] : [])],
    lines: lines.map((line) => ({
      ...line,
      values: [...(before ? [null] : []), ...line.values, ...(after ? [null] : [])],
    })),
  };
}

/**
 * Which marks of a logarithmic scale are worth a line: whole decades and, where they are few, twice and five times as much; null for the rest.
 * @param {readonly (number | null)[]} splits
 */
export function decades(splits) {
  const all = splits.filter((split) => split !== null);
  const wide = Math.max(...all) > Math.min(...all) * 500;
  return splits.map((split) => {
    if (split === null) return null;
    const lead = Number(split.toExponential()[0]);
    return lead === 1 || (!wide && (lead === 2 || lead === 5)) ? split : null;
  });
}
