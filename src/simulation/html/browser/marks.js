// Marks of phases and faults: a line through every chart, and what it says above it.
import { placedLabels } from './labels.js';
import { chartFont, colour, onPlot } from './paint.js';

/** @typedef {import('../../report.ts').Mark} Mark */

/** Of a row of labels, CSS pixels. */
export const rowHeight = 17;
const mostRows = 3;
/** Letters of a label. */
const longest = 44;
const signs = { phase: '▸', fault: '✗', cure: '✓' };

/**
 * Marks as labels: what they say is cut where it is very long, and everybody finds it whole in the list under their number.
 * @param {readonly Mark[]} marks
 * @param {(atS: number) => number} xOf
 */
const labelsOf = (marks, xOf) =>
  marks.map(({ atS, kind, text }, i) => ({
    x: xOf(atS),
    text: `${signs[kind]} ${shortened(text)}`,
    number: `${signs[kind]}${i + 1}`,
  }));

/** @param {string} text */
function shortened(text) {
  const letters = [...text];
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : text;
}

/**
 * How many rows of labels there are above a chart of this width.
 * @param {readonly Mark[]} marks
 * @param {number} endS
 * @param {number} width
 */
export function labelRows(marks, endS, width) {
  const brush = document.createElement('canvas').getContext('2d');
  if (!brush) return 0;
  brush.font = chartFont;
  const labels = labelsOf(marks, (atS) => (atS / endS) * width);
  const places = placedLabels(labels, { width, rows: mostRows, widthOf: (text) => brush.measureText(text).width });
  return Math.max(0, ...places.map((place) => (place ? place.row + 1 : 0)));
}

/**
 * @param {import('uplot')} plot
 * @param {readonly Mark[]} marks
 * @param {number} rows how many rows of labels there is room for
 */
export function drawMarks(plot, marks, rows) {
  const { min = 0, max = 1 } = plot.scales['x'] ?? {};
  const seen = marks.map((mark, i) => ({ ...mark, number: i })).filter(({ atS }) => atS >= min && atS <= max);
  onPlot(plot, (brush, width, height) => {
    const xOf = (/** @type {number} */ atS) => plot.valToPos(atS, 'x');
    const labels = labelsOf(marks, xOf).filter((_, i) => seen.some(({ number }) => number === i));
    const places = placedLabels(labels, { width, rows, widthOf: (text) => brush.measureText(text).width });
    const topOf = (/** @type {number} */ row) => (row - rows) * rowHeight;
    seen.forEach(({ atS, kind }, i) => {
      const place = places[i];
      const x = Math.round(xOf(atS)) + 0.5;
      brush.strokeStyle = colour(`mark-${kind}`);
      brush.lineWidth = kind === 'phase' ? 1 : 1.5;
      brush.setLineDash({ phase: [2, 3], fault: [], cure: [6, 3] }[kind]);
      brush.beginPath();
      brush.moveTo(x, place ? topOf(place.row) + rowHeight / 2 : 0);
      brush.lineTo(x, height);
      brush.stroke();
    });
    brush.setLineDash([]);
    seen.forEach(({ kind }, i) => {
      const place = places[i];
      if (!place) return;
      const { left, row, text } = place;
      brush.fillStyle = colour('card');
      brush.fillRect(left - 3, topOf(row), brush.measureText(text).width + 6, rowHeight - 1);
      brush.fillStyle = colour(`mark-${kind}`);
      brush.fillText(text, left, topOf(row) + rowHeight / 2);
    });
  });
}
