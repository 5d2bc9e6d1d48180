const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar as long as `part` is of `whole`, in at most `cells` cells; what is there at all can be seen. */
export function bar(part: number, whole: number, cells: number): string {
  if (part <= 0 || whole <= 0 || cells <= 0) return '';
  const steps = Math.max(1, Math.round(Math.min(1, part / whole) * cells * 8));
  return '█'.repeat(Math.floor(steps / 8)) + eighths[steps % 8];
}
