// Marks of phases and faults, the breaker's stretches and the names of areas, painted over and under what uPlot draws.

import { moment } from './figures.js';
import { placedLabels, roomiest } from './labels.js';

/**
 * @typedef {import('uplot')} Plot
 * @typedef {import('../../report.ts').Mark} Mark
 * @typedef {import('./series.js').Line} Line
 * @typedef {import('./series.js').Stretch} Stretch
 * @typedef {(name: string) => string} Colour a colour of the page by its name
 */

export const chartFont = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans KR", sans-serif';
export const rowHeight = 17;
const mostRows = 3;
const longest = 44;
const signs = { phase: '▸', fault: '✗', cure: '✓' };

/**
 * Paints in CSS pixels from the upper left corner of what lies between the axes.
 * @param {Plot} plot
 * @param {(brush: CanvasRenderingContext2D, width: number, height: number) => void} paint
 */
export function onPlot(plot, paint) {
  const { ctx, bbox } = plot;
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.translate(bbox.left, bbox.top);
  ctx.scale(ratio, ratio);
  ctx.font = chartFont;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  paint(ctx, bbox.width / ratio, bbox.height / ratio);
  ctx.restore();
}

/**
 * Marks as labels: what they say is cut where it is very long, and everybody finds it whole in the list under their number.
 * @param {readonly Mark[]} marks
 * @param {(atS: number) => number} xOf
 */
const labelsOf = (marks, xOf) =>
  marks.map(({ atS, kind, text }, i) => ({
    x: xOf(atS),
    text: `${signs[kind]} ${text.length > longest ? `${text.slice(0, longest - 1)}…` : text}`,
    number: `${signs[kind]}${i + 1}`,
  }));

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
 * @param {Plot} plot
 * @param {readonly Mark[]} marks
 * @param {number} rows how many rows of labels there is room for
 * @param {Colour} colour
 */
export function drawMarks(plot, marks, rows, colour) {
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

/**
 * The breaker open: shaded; half open: hatched.
 * @param {Plot} plot
 * @param {readonly Stretch[]} stretches
 * @param {Colour} colour
 */
export function shadeBreaker(plot, stretches, colour) {
  onPlot(plot, (brush, width, height) => {
    for (const { fromS, toS, state } of stretches) {
      const left = Math.max(0, plot.valToPos(fromS, 'x'));
      const wide = Math.min(width, plot.valToPos(toS, 'x')) - left;
      if (wide <= 0) continue;
      brush.save();
      brush.beginPath();
      brush.rect(left, 0, wide, height);
      brush.clip();
      brush.fillStyle = colour(state === 'open' ? 'breaker-open' : 'breaker-half-open');
      brush.fillRect(left, 0, wide, height);
      if (state === 'half-open') hatch(brush, left, wide, height, colour('breaker-line'));
      const words = `breaker ${state}`;
      if (brush.measureText(words).width + 8 < wide) {
        brush.fillStyle = colour('breaker-text');
        brush.fillText(words, left + 4, 10);
      }
      brush.restore();
    }
  });
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {number} left
 * @param {number} wide
 * @param {number} height
 * @param {string} line
 */
function hatch(brush, left, wide, height, line) {
  brush.strokeStyle = line;
  brush.lineWidth = 1;
  brush.beginPath();
  for (let x = left - height; x < left + wide; x += 7) {
    brush.moveTo(x, height);
    brush.lineTo(x + height, 0);
  }
  brush.stroke();
}

/**
 * Writes into each area of a stack whose it is, where there is room for that.
 * @param {Plot} plot its lines in the order of `lines`, the uppermost first
 * @param {readonly Line[]} lines
 * @param {Colour} colour
 */
export function nameAreas(plot, lines, colour) {
  const [, ...tops] = plot.data;
  onPlot(plot, (brush, width) => {
    brush.fillStyle = colour('on-area');
    lines.forEach(({ label, values }, index) => {
      if (!plot.series[index + 1]?.show) return;
      const heightAt = (/** @type {number} */ x, /** @type {number} */ share) => {
        const i = plot.posToIdx(x);
        const top = tops[index]?.[i] ?? null;
        return top === null ? null : plot.valToPos(top - share * (values[i] ?? 0), 'y');
      };
      const place = roomiest({
        width,
        wide: brush.measureText(label).width,
        least: 15,
        topOf: (x) => heightAt(x, 0),
        bottomOf: (x) => heightAt(x, 1),
      });
      if (place) brush.fillText(label, place.left, place.middle);
    });
  });
}

/**
 * Says that there is nothing to draw.
 * @param {Plot} plot
 * @param {Colour} colour
 */
export function sayNothing(plot, colour) {
  onPlot(plot, (brush, width, height) => {
    brush.fillStyle = colour('quiet');
    brush.textAlign = 'center';
    brush.fillText('Nothing was measured.', width / 2, height / 2);
  });
}

/**
 * The axis of time: at most one label about every `space` pixels, at even minutes and seconds.
 * @param {readonly (number | null)[]} splits
 */
export const moments = (splits) => splits.map((split) => (split === null ? '' : moment(split)));
