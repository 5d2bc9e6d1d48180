// The charts of the page, drawn by uPlot: one axis of time, one cursor, and the same marks in all of them.
import { count, moment, rate, span } from './figures.js';
import { chartFont, drawMarks, labelRows, moments, nameAreas, rowHeight, sayNothing, shadeBreaker } from './marks.js';
import {
  breakerStretches,
  decades,
  highest,
  inFlightOf,
  latencyOf,
  lonely,
  padded,
  spansDecades,
  stacked,
  throughputOf,
  waitingOf,
} from './series.js';
import { evenSpansS, inStretches, stretchFor } from './stretches.js';

/**
 * @typedef {import('../../report.ts').Report} Report
 * @typedef {import('./series.js').Line} Line
 * @typedef {import('uplot')} Plot
 * @typedef {{ lines: Line[], value(value: number): string, isStack?: boolean, isLog?: boolean }} Chart
 */

/** As its script leaves it in the page. */
const { uPlot } = /** @type {{ uPlot: typeof import('uplot') }} */ (/** @type {unknown} */ (globalThis));

const axisWidth = 56;
const rightMargin = 24;
/** Of the axis of values, where it is linear: there are no parts of an order. */
const wholeNumbers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].flatMap((decade) => [decade, 2 * decade, 5 * decade]);
/** Dashes tell lines apart where colours do not. @type {Record<string, number[]>} */
const dashes = {
  offered: [7, 4],
  turnedAway: [2, 2],
  refused: [8, 3, 2, 3],
  unanswered: [4, 2],
  deferred: [12, 3],
  cancelled: [1, 4],
  p99: [7, 3],
  max: [2, 3],
};

/** A colour of the page by its name, as it is now: it changes with the light, and on paper. @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/**
 * Draws every chart into its place, and keeps it as wide as that.
 * @param {Report} report
 * @param {(lengthS: number) => void} onStretch told how many seconds a point stands for, whenever that changes
 * @returns {Plot[]}
 */
export function drawCharts(report, onStretch) {
  const { samples } = report;
  const latency = latencyOf(samples);
  /** @type {Record<string, Chart>} */
  const charts = {
    throughput: { lines: throughputOf(samples), value: rate },
    latency: { lines: latency, value: span, isLog: spansDecades(latency) },
    'in-flight': { lines: inFlightOf(samples).reverse(), value: count, isStack: true },
    waiting: { lines: waitingOf(samples), value: count },
  };
  return Object.entries(charts).flatMap(([name, chart]) => {
    const place = document.querySelector(`[data-chart="${name}"]`);
    return place instanceof HTMLElement ? [draw(chart, place, report, onStretch)] : [];
  });
}

/**
 * @param {Chart} chart
 * @param {HTMLElement} place
 * @param {Report} report
 * @param {(lengthS: number) => void} onStretch
 * @returns {Plot}
 */
function draw(chart, place, report, onStretch) {
  const { samples, marks } = report;
  const breaker = breakerStretches(samples);
  const whole = padded(samples, chart.lines, report.tookS);
  const wholeS = whole.times.at(-1) ?? 1;
  const tones = chart.lines.map((_, i) => toneOf(chart, i));
  const inner = () => place.clientWidth - axisWidth - rightMargin;
  const rows = () => labelRows(marks, wholeS, inner());
  const size = () => ({ width: place.clientWidth, height: (place.clientWidth < 560 ? 190 : 230) + rows() * rowHeight });

  // Points that nobody could tell apart are drawn as one, until somebody looks closer.
  let lengthS = stretchFor(wholeS, inner() / 2);
  let shown = inStretches(whole.times, whole.lines, lengthS);
  onStretch(lengthS);
  const look = (/** @type {Plot} */ plot) => {
    const { min = 0, max = wholeS } = plot.scales['x'] ?? {};
    const fitting = stretchFor(max - min, inner() / 2);
    if (fitting === lengthS) return;
    lengthS = fitting;
    shown = inStretches(whole.times, whole.lines, lengthS);
    plot.batch(() => {
      plot.setData(dataOf(chart, shown, plot), false);
      plot.setScale('x', { min, max }); // it looks for where these are in its data only when they are set
    });
    onStretch(lengthS);
  };

  /** @type {import('uplot').Options} */
  const options = {
    ...size(),
    padding: [() => rows() * rowHeight + 8, rightMargin, 0, 0],
    cursor: {
      y: false,
      sync: { key: 'run', setSeries: false },
      drag: { x: true, y: false, dist: 6 },
      points: { size: 7, fill: (_, i) => `var(--${tones[i - 1]})`, stroke: () => 'var(--card)' },
    },
    legend: { markers: { width: 0, fill: (_, i) => swatch(chart, i - 1) } },
    scales: { x: { time: false }, y: chart.isLog ? logarithmic : linear },
    axes: [
      axis({ size: 30, space: 60, incrs: evenSpansS, values: (_, splits) => moments(splits) }),
      axis({
        size: axisWidth,
        values: (_, splits) => splits.map((split) => (split === null ? '' : chart.value(split).replace('.0 ', ' '))),
        ...(chart.isLog ? byDecades : { space: 40, incrs: wholeNumbers }),
      }),
    ],
    series: [
      { label: 'at', value: (_, at) => (at === null ? 'its highest' : moment(at)) },
      ...chart.lines.map((_, i) => seriesOf(chart, i, () => shown.lines[i]?.values ?? [])),
    ],
    hooks: {
      drawClear: [(plot) => shadeBreaker(plot, breaker, colour)],
      draw: [
        (plot) => {
          if (chart.isStack) nameAreas(plot, shown.lines, colour);
          drawMarks(plot, marks, rows(), colour);
          if (samples.length === 0) sayNothing(plot, colour);
        },
      ],
      // Not within the hook: uPlot is still at what led to it.
      setScale: [(plot, key) => key === 'x' && queueMicrotask(() => look(plot))],
      setSeries: [(plot) => chart.isStack && plot.setData(dataOf(chart, shown, plot), false)],
    },
  };
  const plot = new uPlot(options, dataOf(chart, shown), place);
  new ResizeObserver(() => {
    if (place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize(size());
  }).observe(place);
  return plot;
}

/**
 * What uPlot gets: the lines as they are or, where they are stacked, how high each reaches. The uppermost is drawn first, and those below
 * over it.
 * @param {Chart} chart
 * @param {{ times: number[], lines: Line[] }} shown
 * @param {Plot} [plot] which lines are shown; all, where it is not there yet
 * @returns {import('uplot').AlignedData}
 */
function dataOf({ isStack, isLog }, { times, lines }, plot) {
  if (isStack) {
    const upwards = stacked([...lines].reverse(), (i) => plot?.series[lines.length - i]?.show ?? true);
    return [times, ...upwards.reverse()];
  }
  // Zero has no place on a logarithmic scale.
  const low = (/** @type {number | null} */ value) => (value === null ? null : Math.max(value, 0.1));
  return [times, ...lines.map(({ values }) => (isLog ? values.map(low) : values))];
}

/**
 * @param {Chart} chart
 * @param {number} index
 * @param {() => Line['values']} valuesNow as they are drawn
 * @returns {import('uplot').Series}
 */
function seriesOf(chart, index, valuesNow) {
  const { key = '', label = '', values = [] } = chart.lines[index] ?? {};
  const tone = toneOf(chart, index);
  const most = highest(values);
  return {
    label,
    width: chart.isStack ? 1 : key === 'placed' || key === 'p50' ? 2.5 : 1.5,
    stroke: () => colour(chart.isStack ? 'card' : tone),
    ...(chart.isStack && { fill: () => colour(tone) }),
    ...(key === 'waiting' && { fill: () => colour('fill-waiting') }),
    ...(dashes[key] && !chart.isStack && { dash: dashes[key] }),
    // Only those that no line leads to.
    points: {
      show: !chart.isStack,
      size: 5,
      filter: (plot, i) => lonely(valuesNow(), ...(plot.series[i]?.idxs ?? [])),
    },
    value: (_, __, ___, at) => {
      const value = at === null || at === undefined ? most : valuesNow()[at];
      return value === null || value === undefined ? '–' : chart.value(value);
    },
  };
}

/** What a line looks like in the legend: its colour, in its dashes. @param {Chart} chart @param {number} index */
function swatch(chart, index) {
  const tone = `var(--${toneOf(chart, index)})`;
  const [on = 1, off = 0, thenOn = on, thenOff = off] = chart.isStack
    ? []
    : (dashes[chart.lines[index]?.key ?? ''] ?? []);
  const [a, b, c, d] = [on, on + off, on + off + thenOn, on + off + thenOn + thenOff].map((end) => `${end}px`);
  return `repeating-linear-gradient(90deg, ${tone} 0 ${a}, transparent ${a} ${b}, ${tone} ${b} ${c}, transparent ${c} ${d})`;
}

/** The name of a line's colour; what nobody knows has none of its own. @param {Chart} chart @param {number} index */
function toneOf({ lines, isStack }, index) {
  const tone = `${isStack ? 'area' : 'line'}-${lines[index]?.key}`;
  return colour(tone) === '' ? 'quiet' : tone;
}

/** @type {import('uplot').Scale} */
const linear = { range: (_, __, most) => [0, Math.max(most ?? 0, 1) * 1.08] };

/** @type {import('uplot').Scale} */
const logarithmic = {
  distr: 3,
  range: (_, least, most) => (least && most ? uPlot.rangeLog(least, most * 1.1, 10, false) : [1, 1_000]),
};

const grid = { stroke: () => colour('grid'), width: 1 };
const filter = (/** @type {unknown} */ _, /** @type {(number | null)[]} */ splits) => decades(splits);

/** @type {import('uplot').Axis} */
const byDecades = { space: 16, filter, grid: { ...grid, filter }, ticks: { ...grid, size: 5, filter } };

/** @param {import('uplot').Axis} own @returns {import('uplot').Axis} */
const axis = (own) => ({
  font: chartFont,
  stroke: () => colour('quiet'),
  grid,
  ticks: { ...grid, size: 5 },
  ...own,
});
