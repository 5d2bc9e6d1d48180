import { cellsOf } from '../cells.ts';
import { cut } from '../show.ts';

/** A stretch of a line in one style. */
export type Piece = {
  text: string;
  color?: 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray';
  bold?: boolean;
  dim?: boolean;
  inverse?: boolean;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Text from anywhere as it may be shown: what would move the cursor, or turn the line around, is a space. */
export const clean = (text: string): string => text.replaceAll(unprintable, ' ');

/** Exactly `cells` terminal cells: cut, or filled up. Hangul takes the two cells that it takes. */
export function fit(text: string, cells: number, right = false): string {
  const kept = cut(clean(text), Math.max(0, cells));
  const gap = ' '.repeat(Math.max(0, cells - cellsOf(kept)));
  return right ? gap + kept : kept + gap;
}

/** How many cells pieces take. */
export const widthOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { text }) => sum + cellsOf(text), 0);

/** Pieces in exactly `cells` cells: what is too long is cut, what is too short filled up. */
export function fitPieces(pieces: readonly Piece[], cells: number): Piece[] {
  const kept: Piece[] = [];
  let left = cells;
  for (const piece of pieces) {
    const text = cut(clean(piece.text), left);
    if (text === '') continue;
    kept.push({ ...piece, text });
    left -= cellsOf(text);
    if (left <= 0 || text !== clean(piece.text)) break; // where Hangul was cut a cell may be left, too narrow for what comes next
  }
  return left > 0 ? [...kept, { text: ' '.repeat(left) }] : kept;
}

/** The end of a text in at most `cells` cells: what somebody sees who types on. */
export function tail(text: string, cells: number): string {
  const whole = clean(text);
  if (cellsOf(whole) <= cells) return whole;
  let kept = '';
  for (const { segment } of [...new Intl.Segmenter().segment(whole)].reverse()) {
    if (cellsOf(segment + kept) > cells - 1) break;
    kept = segment + kept;
  }
  return `…${kept}`;
}

/** The same line in fewer pieces: those of one style that follow each other are one, and a space looks the same in any but inverse. */
export function joined(pieces: readonly Piece[]): Piece[] {
  const kept: Piece[] = [];
  for (const piece of pieces) {
    const last = kept.at(-1);
    if (last && sameLooks(last, piece)) kept[kept.length - 1] = { ...last, text: last.text + piece.text };
    else kept.push(piece);
  }
  return kept;
}

/** Without the spaces at its end, which are drawn by drawing nothing. */
export function trimmed(pieces: readonly Piece[]): readonly Piece[] {
  const last = pieces.at(-1);
  if (!last || last.inverse) return pieces;
  const text = last.text.trimEnd();
  if (text === '' && pieces.length > 1) return trimmed(pieces.slice(0, -1));
  return text === last.text ? pieces : [...pieces.slice(0, -1), { ...last, text: text || ' ' }];
}

const sameLooks = (a: Piece, b: Piece): boolean =>
  Boolean(a.inverse) === Boolean(b.inverse) &&
  ((b.text.trim() === '' && !b.inverse) ||
    (a.color === b.color && Boolean(a.bold) === Boolean(b.bold) && Boolean(a.dim) === Boolean(b.dim)));

/** One line with something at each end; what is on the right goes first where there is no room, a piece at a time. */
export function ends(left: readonly Piece[], right: readonly Piece[], cells: number): Piece[] {
  let kept = right;
  while (kept.length > 0 && widthOf(left) + widthOf(kept) + 1 > cells) kept = kept.slice(1);
  return [...fitPieces(left, cells - widthOf(kept)), ...kept];
}

/** As many groups of pieces, from the first one on, as fit whole; then what always has to be there, at the right end. */
export function whole(groups: readonly (readonly Piece[])[], cells: number, last: readonly Piece[] = []): Piece[] {
  const room = cells - widthOf(last);
  const kept: Piece[] = [];
  for (const group of groups) {
    if (widthOf(kept) + widthOf(group) > room) break;
    kept.push(...group);
  }
  return [...fitPieces(kept, room), ...last];
}

/** A rule across a screen of so many cells. */
export const rule = (cells: number): Piece[] => [{ text: ` ${'─'.repeat(Math.max(0, cells - 2))} `, dim: true }];

/** Keys, each with what it does, as many as fit whole; how to get help and out is always there. */
export function keysIn(signs: readonly (readonly [sign: string, label: string])[], cells: number): Piece[] {
  const group = ([sign, label]: readonly [string, string]): Piece[] => [
    { text: sign, bold: true },
    { text: ` ${label}  `, dim: true },
  ];
  const last = signs.filter(([sign]) => sign === '?' || sign === 'q');
  const others = signs.filter((one) => !last.includes(one));
  return whole([[{ text: ' ' }], ...others.map(group)], cells, last.flatMap(group));
}

/** One column of a list. */
export type Column<T> = {
  title: string;
  /** Cells it takes at least. */
  width: number;
  /** What part of the room that is left over it takes, default none. */
  grow?: number;
  right?: boolean;
  /** From how many cells in all on it is shown, default always. */
  from?: number;
  cell(row: T): Piece;
};

export type Laid<T> = Column<T> & { cells: number };

const gap = 2;

/** Which columns a line of so many cells has, and how wide each is. It depends on the width alone, so nothing jumps as rows change. */
export function layOut<T>(columns: readonly Column<T>[], cells: number): Laid<T>[] {
  const shown = columns.filter(({ from = 0 }) => cells >= from);
  const taken = shown.reduce((sum, { width }) => sum + width, 0) + gap * (shown.length - 1);
  const shares = shown.reduce((sum, { grow = 0 }) => sum + grow, 0);
  let left = Math.max(0, cells - taken);
  let open = shares;
  return shown.map((column) => {
    const { grow = 0, width } = column;
    const extra = open === 0 ? 0 : Math.floor((left * grow) / open);
    left -= extra;
    open -= grow;
    return { ...column, cells: width + extra };
  });
}

/** A row as the pieces of a line. */
export const rowOf = <T>(columns: readonly Laid<T>[], row: T): Piece[] =>
  columns.flatMap((column, i) => {
    const piece = column.cell(row);
    const cell = { ...piece, text: fit(piece.text, column.cells, column.right) };
    return i === 0 ? [cell] : [{ text: ' '.repeat(gap) }, cell];
  });

/** The titles above them. */
export const headOf = <T>(columns: readonly Laid<T>[]): Piece[] =>
  columns.flatMap((column, i) => {
    const cell = { text: fit(column.title, column.cells, column.right), dim: true };
    return i === 0 ? [cell] : [{ text: ' '.repeat(gap) }, cell];
  });

/** Text broken into lines of at most `cells` cells, at spaces where there are any. What is indented stays so. */
export const wrap = (text: string, cells: number): string[] =>
  text.split('\n').flatMap((paragraph) => {
    const line = clean(paragraph);
    const indent = line.slice(0, line.length - line.trimStart().length);
    return indent.length < cells / 2
      ? broken(line.slice(indent.length), cells - indent.length).map((one) => indent + one)
      : broken(line.trimStart(), cells);
  });

function broken(paragraph: string, cells: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (cellsOf(longer) <= cells) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (cellsOf(line) > cells) {
      const head = headOfWord(line, cells);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line];
}

/** As much of a word as fits, one sign at least. */
function headOfWord(word: string, cells: number): string {
  let head = '';
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    if (head !== '' && cellsOf(head + segment) > cells) break;
    head += segment;
  }
  return head;
}
