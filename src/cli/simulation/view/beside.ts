import { fitPieces, type Piece } from '../../dashboard/fit.ts';

const gap = '   ';

/** Cells that two blocks side by side have beside the left one, before the right one begins. */
export const besideCells = 1 + gap.length;

/** Two blocks side by side; the left one takes so many cells. */
export const beside = (left: readonly Piece[][], right: readonly Piece[][], cells: number): Piece[][] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [
    { text: ' ' },
    ...fitPieces(left[i] ?? [], cells),
    { text: gap },
    ...(right[i] ?? []),
  ]);
