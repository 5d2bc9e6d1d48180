// What everything that is painted into the charts goes by.

/** @typedef {import('uplot')} Plot */

export const chartFont = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans KR", sans-serif';

/**
 * A colour of the page by its name, as it is now: it changes with the light, and on paper. Empty where there is none of this name.
 * @param {string} name
 */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

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
