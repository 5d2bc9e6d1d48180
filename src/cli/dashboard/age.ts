const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');

/** How long something has been so, in six cells at most: 0.4s, 42s, 4m12s, 2h05m, 3d04h. @param ms milliseconds */
export function age(ms: number): string {
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  if (ms < minuteMs) return `${Math.floor(ms / 1_000)}s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)}m${two((ms % minuteMs) / 1_000)}s`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)}h${two((ms % hourMs) / minuteMs)}m`;
  const days = Math.floor(ms / dayMs);
  return days < 100 ? `${days}d${two((ms % dayMs) / hourMs)}h` : `${days}d`;
}
