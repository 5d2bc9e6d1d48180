import type { Cell, Colour } from '../test/harness/terminal/cells.ts';

/** The window's own colours. */
export const paper = '#16181d';
export const ink = '#d7dae0';

/** The first sixteen: black, red, green, yellow, blue, magenta, cyan, white, and the bright ones. */
const named = [
  ...['#2b303b', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#c8ccd4'],
  ...['#6b7280', '#ff8b94', '#b5e890', '#ffd98e', '#8cc8ff', '#e19df5', '#7fe0ec', '#ffffff'],
];

/** What is painted for a cell: its ink, and its paper where that is not the window's. */
export function paintOf(cell: Cell): { ink: string; paper: string | undefined } {
  const front = hexOf(cell.foreground) ?? ink;
  const back = hexOf(cell.background);
  const [inkNow, paperNow] = cell.inverse ? [back ?? paper, front] : [front, back];
  return { ink: cell.dim ? between(inkNow, paperNow ?? paper) : inkNow, paper: paperNow };
}

function hexOf(colour: Colour): string | undefined {
  if (colour === null) return undefined;
  return typeof colour === 'string' ? colour : paletteColour(colour);
}

/** The colour of a number from 0 to 255: sixteen named, a cube of 6 × 6 × 6, and 24 greys. */
function paletteColour(number: number): string {
  if (number < 16) return named[number]!;
  if (number >= 232) return hex([0, 0, 0].map(() => 8 + (number - 232) * 10));
  const cube = number - 16;
  return hex([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((part) => (part ? 55 + part * 40 : 0)));
}

/** Dim is no colour of its own: it lies between the ink and the paper. */
function between(front: string, back: string): string {
  const [f, b] = [parts(front), parts(back)];
  return hex(f.map((part, i) => Math.round(part * 0.55 + b[i]! * 0.45)));
}

const parts = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
const hex = (rgb: readonly number[]) => `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
