import { fit, type Piece, widthOf } from '../../dashboard/fit.ts';

/** Cells that the names of sections take. */
export const nameCells = 14;

const gap = '   ';

/** Groups of pieces after the name of what they are, in at most `most` lines; how many do not fit is said. */
export function flow(name: string, groups: readonly (readonly Piece[])[], cells: number, most: number): Piece[][] {
  const lines: Piece[][] = [[{ text: ` ${fit(name, nameCells - 1)}`, bold: true }]];
  for (const [i, group] of groups.entries()) {
    const left = groups.length - i;
    const last = lines.length === most;
    const line = lines.at(-1)!;
    const rest: Piece = { text: `${gap}+${left}`, dim: true };
    // After this one there must be room to say how many are left, where some are.
    const room = cells - widthOf(line) - (last && left > 1 ? widthOf([rest]) : 0);
    if (line.length === 1) line.push(...group);
    else if (widthOf(group) + gap.length <= room) line.push({ text: gap }, ...group);
    else if (!last) lines.push([{ text: ' '.repeat(nameCells) }, ...group]);
    else {
      line.push(rest);
      break;
    }
  }
  return lines;
}
