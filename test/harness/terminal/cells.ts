import type { IBuffer, IBufferCell } from '@xterm/headless';

/** A colour as the program asked for it: 0 to 255 of the palette, `#rrggbb`, or null for the terminal's own. */
export type Colour = number | string | null;

/** One cell of a screen. */
export type Cell = {
  /** What is written in it, with its accents; '' where nothing is. */
  readonly chars: string;
  /** Cells that it takes. 2 for Hangul, which a cell of width 0 follows. */
  readonly width: number;
  readonly foreground: Colour;
  readonly background: Colour;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly invisible: boolean;
  readonly strikethrough: boolean;
};

/** One line of a screen, as the emulator has it. */
export type Line = {
  readonly cells: readonly Cell[];
  /** Trimmed at the right. */
  readonly text: string;
  /** Cells up to the last one that is written in. */
  readonly width: number;
  /** Whether it was too long for the terminal and goes on in the next line. */
  readonly wraps: boolean;
  /** The columns, from 0, at which `character` stands. */
  readonly columnsOf: (character: string) => number[];
};

/** The lines of a buffer from `first`, `count` of them. */
export function linesOf(buffer: IBuffer, first: number, count: number): Line[] {
  return Array.from({ length: count }, (_, i) => lineAt(buffer, first + i));
}

/** Several lines as a person reads them. */
export const textOf = (lines: readonly Line[]): string => lines.map(({ text }) => text).join('\n');

function lineAt(buffer: IBuffer, y: number): Line {
  const line = buffer.getLine(y);
  const cells = Array.from({ length: line?.length ?? 0 }, (_, x) => cellOf(line!.getCell(x)!));
  const text = cells
    .map(({ chars, width }) => (width === 0 ? '' : chars || ' '))
    .join('')
    .trimEnd();
  const last = cells.findLastIndex(({ chars }) => chars.trim() !== '');
  return {
    cells,
    text,
    width: last < 0 ? 0 : last + cells[last]!.width,
    wraps: buffer.getLine(y + 1)?.isWrapped === true,
    columnsOf: (character) => cells.flatMap(({ chars }, x) => (chars === character ? [x] : [])),
  };
}

const hex = (rgb: number) => `#${rgb.toString(16).padStart(6, '0')}`;

function cellOf(cell: IBufferCell): Cell {
  return {
    chars: cell.getChars(),
    width: cell.getWidth(),
    foreground: cell.isFgRGB() ? hex(cell.getFgColor()) : cell.isFgPalette() ? cell.getFgColor() : null,
    background: cell.isBgRGB() ? hex(cell.getBgColor()) : cell.isBgPalette() ? cell.getBgColor() : null,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
    inverse: cell.isInverse() !== 0,
    invisible: cell.isInvisible() !== 0,
    strikethrough: cell.isStrikethrough() !== 0,
  };
}
