// How lines, axes and the legend look.
import { moment } from './figures.js';
import { chartFont, colour } from './paint.js';
import { decades, highest, lonely } from './series.js';
import { evenSpansS } from './stretches.js';

/**
 * @typedef {import('./series.js').Line} Line
 * @typedef {{ lines: Line[], value(value: number): string, isStack?: boolean, isLog?: boolean }} Chart
 */

/** What is left and right of where lines are, CSS pixels. */
export const axisWidth = 56;
export const rightMargin = 24;

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

/**
 * @param {Chart} chart
 * @param {number} index
 * @param {() => Line['values']} valuesNow as they are drawn
 * @returns {import('uplot').Series}
 */
export function seriesOf(chart, index, valuesNow) {
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
export function swatch(chart, index) {
  const tone = `var(--${toneOf(chart, index)})`;
  const [on = 1, off = 0, thenOn = on, thenOff = off] = chart.isStack
    ? []
    : (dashes[chart.lines[index]?.key ?? ''] ?? []);
  const [a, b, c, d] = [on, on + off, on + off + thenOn, on + off + thenOn + thenOff].map((end) => `${end}px`);
  return `repeating-linear-gradient(90deg, ${tone} 0 ${a}, transparent ${a} ${b}, ${tone} ${b} ${c}, transparent ${c} ${d})`;
}

/** The name of a line's colour; what nobody knows has none of its own. @param {Chart} chart @param {number} index */
export function toneOf({ lines, isStack }, index) {
  const tone = `${isStack ? 'area' : 'line'}-${lines[index]?.key}`;
  return colour(tone) === '' ? 'quiet' : tone;
}

/** Of the axis of values, where it is linear: there are no parts of an order. */
const wholeNumbers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].flatMap((decade) => [decade, 2 * decade, 5 * decade]);

const grid = { stroke: () => colour('grid'), width: 1 };
const filter = (/** @type {unknown} */ _, /** @type {(number | null)[]} */ splits) => decades(splits);

/** @type {import('uplot').Axis} */
const byDecades = { space: 16, filter, grid: { ...grid, filter }, ticks: { ...grid, size: 5, filter } };

/** @type {import('uplot').Axis} */
const axis = { font: chartFont, stroke: () => colour('quiet'), grid, ticks: { ...grid, size: 5 } };

/**
 * The axes of time and of values.
 * @param {Chart} chart
 * @returns {import('uplot').Axis[]}
 */
export const axesOf = ({ value, isLog }) => [
  { ...axis, size: 30, space: 60, incrs: evenSpansS, values: (_, splits) => splits.map(moment) },
  {
    ...axis,
    size: axisWidth,
    values: (_, splits) => splits.map((split) => (split === null ? '' : value(split).replace('.0 ', ' '))),
    ...(isLog ? byDecades : { space: 40, incrs: wholeNumbers }),
  },
];
