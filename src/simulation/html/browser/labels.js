// Where the labels of marks have room. Knows nothing of the page.

/**
 * @typedef {{ x: number, text: string, number: string }} Label where its line is, what it says, and what it says where that has no room
 * @typedef {{ left: number, row: number, text: string }} Place `left`: of the text, in the units of `x`; `row`: 0 is the uppermost
 */

/** Between two labels of a row. */
const gap = 8;

/**
 * Puts every label in the first row where it overlaps no other: to the right of its line or, at the end, to the left of it. Where it has
 * room nowhere its number has to do, and where that has none either, null.
 * @param {readonly Label[]} labels by `x`
 * @param {{ width: number, rows: number, widthOf(text: string): number }} room `width`: of the chart
 * @returns {(Place | null)[]}
 */
export function placedLabels(labels, { width, rows, widthOf }) {
  /** Until where each row is taken. */
  const taken = Array.from({ length: rows }, () => Number.NEGATIVE_INFINITY);
  return labels.map(({ x, text, number }) => {
    for (const words of [text, number]) {
      const wide = widthOf(words);
      if (wide > width) continue;
      const left = Math.min(x, width - wide);
      const row = taken.findIndex((end) => end + gap <= left);
      if (row < 0) continue;
      taken[row] = left + wide;
      return { left, row, text: words };
    }
    return null;
  });
}

/**
 * Where a name has the most room within an area, looked for at even distances.
 * @param {{ width: number, wide: number, least: number, topOf(x: number): number | null, bottomOf(x: number): number | null }} area
 *   `wide`: the name; `least`: how high the room must be; `topOf`, `bottomOf`: from where to where the area goes, down from above
 * @returns {{ left: number, middle: number } | null} of the name; null where it has no room
 */
export function roomiest({ width, wide, least, topOf, bottomOf }) {
  let best = null;
  let most = least;
  for (let left = 4; left + wide <= width - 4; left += 8) {
    // What is free at every point of the name is free for all of it.
    let [top, bottom] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let i = 0; i <= 6; i++) {
      top = Math.max(top, topOf(left + (wide * i) / 6) ?? Number.POSITIVE_INFINITY);
      bottom = Math.min(bottom, bottomOf(left + (wide * i) / 6) ?? Number.NEGATIVE_INFINITY);
    }
    if (bottom - top > most) {
      most = bottom - top;
      best = { left, middle: (top + bottom) / 2 };
    }
  }
  return best;
}
