// When the breaker was not closed, painted under the lines of every chart.
import { colour, onPlot } from './paint.js';

/**
 * The breaker open: shaded; half open: hatched.
 * @param {import('uplot')} plot
 * @param {readonly import('./series.js').Stretch[]} stretches
 */
export function shadeBreaker(plot, stretches) {
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
