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

/**
 * @typedef {import('../../report.ts').Report} Report
 * @typedef {import('./series.js').Line} Line
 * @typedef {import('uplot')} Plot
 * @typedef {{ lines: Line[], value(value: number): string, isStack?: boolean, isLog?: boolean }} Chart
 */

/** As its script leaves it in the page. */
const { uPlot } = /** @type {{ uPlot: typeof import('uplot') }} */ (/** @type {unknown} */ (globalThis));

const axisWidth = 56;
const rightMargin = 12;
/** Seconds between two labels of the axis of time. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];

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
 * @returns {Plot[]}
 */
export function drawCharts(report) {
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
    return place instanceof HTMLElement ? [draw(chart, place, report)] : [];
  });
}

/**
 * @param {Chart} chart
 * @param {HTMLElement} place
 * @param {Report} report
 * @returns {Plot}
 */
function draw(chart, place, report) {
  const { samples, marks } = report;
  const stretches = breakerStretches(samples);
  const { times, lines } = padded(samples, chart.lines, report.tookS);
  const endS = times.at(-1) ?? 1;
  const rows = () => labelRows(marks, endS, place.clientWidth - axisWidth - rightMargin);
  const size = () => ({ width: place.clientWidth, height: (place.clientWidth < 560 ? 190 : 230) + rows() * rowHeight });

  /** @type {import('uplot').Options} */
  const options = {
    ...size(),
    padding: [() => rows() * rowHeight + 8, rightMargin, 0, 0],
    cursor: {
      y: false,
      sync: { key: 'run', setSeries: false },
      drag: { x: true, y: false, dist: 6 },
      points: { size: 7, fill: (_, i) => `var(--${toneOf(chart, i - 1)})`, stroke: () => 'var(--card)' },
    },
    legend: { markers: { width: 0, fill: (_, i) => swatch(chart, i - 1) } },
    scales: {
      x: { time: false },
      y: chart.isLog
        ? {
            distr: 3,
            range: (_, least, most) => (least && most ? uPlot.rangeLog(least, most * 1.1, 10, false) : [1, 1_000]),
          }
        : { range: (_, __, most) => [0, Math.max(most ?? 0, 1) * 1.08] },
    },
    axes: [
      axis({ size: 30, space: 60, incrs: steps, values: (_, splits) => moments(splits) }),
      axis({
        size: axisWidth,
        space: chart.isLog ? 16 : 40,
        values: (_, splits) => splits.map((split) => (split === null ? '' : chart.value(split).replace('.0 ', ' '))),
        ...(chart.isLog && { filter: (_, splits) => decades(splits) }),
        grid: { ...grid, ...(chart.isLog && { filter: (_, splits) => decades(splits) }) },
        ticks: { ...grid, size: 5, ...(chart.isLog && { filter: (_, splits) => decades(splits) }) },
      }),
    ],
    series: [
      { label: 'at', value: (_, at) => (at === null ? 'its highest' : moment(at)) },
      ...lines.map((line, i) => seriesOf(chart, line, i)),
    ],
    hooks: {
      drawClear: [(plot) => shadeBreaker(plot, stretches, colour)],
      draw: [
        (plot) => {
          if (chart.isStack) nameAreas(plot, lines, colour);
          drawMarks(plot, marks, rows(), colour);
          if (samples.length === 0) sayNothing(plot, colour);
        },
      ],
      setSeries: [(plot) => (chart.isStack ? plot.setData(dataOf(chart, times, lines, plot), false) : undefined)],
    },
  };
  const plot = new uPlot(options, dataOf(chart, times, lines), place);
  new ResizeObserver(() => {
    if (place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize(size());
  }).observe(place);
  return plot;
}

/**
 * What uPlot gets: the lines as they are or, where they are stacked, how high each reaches. The uppermost is drawn first, and those below
 * over it.
 * @param {Chart} chart
 * @param {number[]} times
 * @param {Line[]} lines
 * @param {Plot} [plot] which lines are shown; all, where it is not there yet
 * @returns {import('uplot').AlignedData}
 */
function dataOf({ isStack, isLog }, times, lines, plot) {
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
 * @param {Line} line
 * @param {number} index
 * @returns {import('uplot').Series}
 */
function seriesOf(chart, { key, label, values }, index) {
  const tone = toneOf(chart, index);
  const most = highest(values);
  return {
    label,
    width: chart.isStack ? 1 : key === 'placed' || key === 'p50' ? 2.5 : 1.5,
    stroke: () => colour(chart.isStack ? 'card' : tone),
    ...(chart.isStack ? { fill: () => colour(tone) } : {}),
    ...(key === 'waiting' ? { fill: () => colour('fill-waiting') } : {}),
    ...(dashes[key] && !chart.isStack ? { dash: dashes[key] } : {}),
    // Only those that no line leads to.
    points: { show: !chart.isStack, size: 5, filter: (plot, i) => lonely(values, ...(plot.series[i]?.idxs ?? [])) },
    value: (_, __, ___, at) => {
      const value = at === null || at === undefined ? most : values[at];
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

/** @param {Chart} chart @param {number} index */
const toneOf = ({ lines, isStack }, index) => `${isStack ? 'area' : 'line'}-${lines[index]?.key}`;

const grid = { stroke: () => colour('grid'), width: 1 };

/** @param {import('uplot').Axis} own @returns {import('uplot').Axis} */
const axis = (own) => ({
  font: chartFont,
  stroke: () => colour('quiet'),
  grid,
  ticks: { ...grid, size: 5 },
  ...own,
});
