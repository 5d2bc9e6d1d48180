import { html, type Markup } from './markup.ts';

const [width, height, margin] = [120, 26, 2];

/** A small line of how something went; nothing where there are fewer than two values. Values are means of what falls on one point. */
export function sparkline(values: readonly (number | null)[]): Markup | false {
  const points = pointsOf(values, width);
  const measured = points.filter((value) => value !== null);
  if (measured.length < 2) return false;
  const most = Math.max(...measured);
  const y = (value: number) => height - margin - (most > 0 ? value / most : 0) * (height - 2 * margin);
  const x = (i: number) => (i / Math.max(1, points.length - 1)) * width;
  const path = points
    .map((value, i) => {
      if (value === null) return '';
      const starts = (points[i - 1] ?? null) === null;
      return `${starts ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true"><path d="${path}"/></svg>`;
}

/** At most `most` values: each the mean of its share of them, null where there is none in it. */
function pointsOf(values: readonly (number | null)[], most: number): (number | null)[] {
  const points = Math.min(most, values.length);
  return Array.from({ length: points }, (_, i) => {
    const from = Math.floor((i * values.length) / points);
    const to = Math.floor(((i + 1) * values.length) / points);
    const within = values.slice(from, to).filter((value) => value !== null);
    return within.length > 0 ? within.reduce((sum, value) => sum + value, 0) / within.length : null;
  });
}
