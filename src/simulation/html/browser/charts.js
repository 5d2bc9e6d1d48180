// The charts of the page, drawn by uPlot: one axis of time, one cursor, and the same marks in all of them.
import { nameAreas, sayNothing } from './areas.js';
import { shadeBreaker } from './breaker.js';
import { count, moment, rate, span } from './figures.js';
import { axesOf, axisWidth, rightMargin, seriesOf, swatch, toneOf } from './looks.js';
import { drawMarks, labelRows, rowHeight } from './marks.js';
import {
  breakerStretches,
  inFlightOf,
  latencyOf,
  padded,
  spansDecades,
  stacked,
  throughputOf,
  waitingOf,
} from './series.js';
import { inStretches, stretchFor } from './stretches.js';

/**
 * @typedef {import('../../report.ts').Report} Report
 * @typedef {import('./looks.js').Chart} Chart
 * @typedef {import('./series.js').Line} Line
 * @typedef {import('uplot')} Plot
 */

/** As its script leaves it in the page. */
const { uPlot } = /** @type {{ uPlot: typeof import('uplot') }} */ (/** @type {unknown} */ (globalThis));

/** @type {import('uplot').Scale} */
const linear = { range: (_, __, most) => [0, Math.max(most ?? 0, 1) * 1.08] };

/** @type {import('uplot').Scale} */
const logarithmic = {
  distr: 3,
  range: (_, least, most) => (least && most ? uPlot.rangeLog(least, most * 1.1, 10, false) : [1, 1_000]),
};

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
    axes: axesOf(chart),
    series: [
      { label: 'at', value: (_, at) => (at === null ? 'its highest' : moment(at)) },
      ...chart.lines.map((_, i) => seriesOf(chart, i, () => shown.lines[i]?.values ?? [])),
    ],
    hooks: {
      drawClear: [(plot) => shadeBreaker(plot, breaker)],
      draw: [
        (plot) => {
          if (chart.isStack) nameAreas(plot, shown.lines);
          drawMarks(plot, marks, rows());
          if (samples.length === 0) sayNothing(plot);
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
  const low = (/** @type {number | null} */ value) => (value === null ? null : Math.max(value, 0.01));
  return [times, ...lines.map(({ values }) => (isLog ? values.map(low) : values))];
}
