// Numbers as the report shows them; used by what writes the page, and in the page itself.

/**
 * With thousands separators: 1,204.
 * @param {number} number
 */
export const count = (number) => Math.round(number).toLocaleString('en-US');

/**
 * Something a second: 4.2, 88, 1,204.
 * @param {number} number
 */
export const rate = (number) => (number < 10 && !Number.isInteger(number) ? number.toFixed(1) : count(number));

/**
 * A span as people say it: 0.43 ms, 417 ms, 3.1 s, 4 m 12 s, 2 h 5 m.
 * @param {number} ms
 */
export function span(ms) {
  if (ms < 9.95) return `${Number(ms.toPrecision(2))} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1_000);
  if (minutes < 60) return seconds === 0 ? `${minutes} m` : `${minutes} m ${seconds} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

/**
 * A moment of the run: 0:42, 1:02:42. Parts of a second are cut off.
 * @param {number} atS seconds since the start
 */
export function moment(atS) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(atS / 3_600), Math.floor(atS / 60) % 60, Math.floor(atS) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
