// Words within charts: whose an area is, and that there is nothing to see.
import { roomiest } from './labels.js';
import { colour, onPlot } from './paint.js';

/** @typedef {import('uplot')} Plot */

/**
 * Writes into each area of a stack whose it is, where there is room for that.
 * @param {Plot} plot its lines in the order of `lines`, the uppermost first
 * @param {readonly import('./series.js').Line[]} lines
 */
export function nameAreas(plot, lines) {
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

/** Says that there is nothing to draw. @param {Plot} plot */
export function sayNothing(plot) {
  onPlot(plot, (brush, width, height) => {
    brush.fillStyle = colour('quiet');
    brush.textAlign = 'center';
    brush.fillText('Nothing was measured.', width / 2, height / 2);
  });
}
