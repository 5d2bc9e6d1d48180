// Seconds put together where they are too many to draw or to read. Knows nothing of the page.

/** @typedef {import('./series.js').Line} Line */

/** Spans that people count in, seconds. */
export const evenSpansS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];

/**
 * The shortest even span of which at most `most` make up all of it.
 * @param {number} wholeS
 * @param {number} most
 */
export const stretchFor = (wholeS, most) =>
  evenSpansS.find((lengthS) => wholeS / lengthS <= most) ?? Math.ceil(wholeS / most);

/**
 * Lines with a value for each stretch of `lengthS` seconds, in the way that each of them says, at the end of the stretch.
 * @param {readonly number[]} times
 * @param {readonly Line[]} lines
 * @param {number} lengthS
 * @returns {{ times: number[], lines: Line[] }}
 */
export function inStretches(times, lines, lengthS) {
  if (lengthS <= 1) return { times: [...times], lines: [...lines] };
  /** Where each stretch begins. @type {number[]} */
  const starts = [];
  times.forEach((atS, i) => {
    const before = times[i - 1];
    if (before === undefined || Math.ceil(before / lengthS) !== Math.ceil(atS / lengthS)) starts.push(i);
  });
  const ends = starts.map((_, i) => starts[i + 1] ?? times.length);
  return {
    times: ends.map((end) => times[end - 1] ?? 0),
    lines: lines.map((line) => ({
      ...line,
      values: starts.map((start, i) => asOne(line.how, line.values.slice(start, ends[i]))),
    })),
  };
}

/**
 * @param {Line['how']} how
 * @param {Line['values']} values
 * @returns {number | null} null where none of them is known
 */
function asOne(how, values) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  if (how === 'last') return known.at(-1) ?? null;
  if (how === 'highest') return Math.max(...known);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
