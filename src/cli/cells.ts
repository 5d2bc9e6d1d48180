import stringWidth from 'string-width';

const ascii = /^[ -~]*$/;

/** Widths that were looked up lately: the same names and words are drawn again and again, and finding out takes long. */
const known = new Map<string, number>();
const most = 4_096;

/** How many cells of a terminal a text takes. Hangul takes two a letter. */
export function cellsOf(text: string): number {
  if (ascii.test(text)) return text.length;
  let cells = known.get(text);
  if (cells === undefined) {
    cells = stringWidth(text);
    if (known.size >= most) known.clear();
    known.set(text, cells);
  }
  return cells;
}
