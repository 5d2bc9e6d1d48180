import { clean, fit, type Piece, wrap } from '../../dashboard/fit.ts';
import { cut } from '../../show.ts';
import { elapsed } from '../elapsed.ts';
import { beside, besideCells } from './beside.ts';
import { nameCells } from './flow.ts';
import { signOf, toCome } from './timeline.ts';
import type { Watched } from './watched.ts';

/** From how many columns on the script and what was said stand side by side. */
const wideColumns = 110;

/** Whether so many lines are enough for the script too. */
export const hasStory = (columns: number, rows: number): boolean => rows >= (columns >= wideColumns ? 6 : 9);

/** What the platform said last, in so many lines. */
export function saidLines(watched: Watched, rows: number): Piece[][] {
  const { words, size } = watched;
  return lastSaid(watched, size.columns - nameCells - 1, rows).map((line, i) => [
    { text: ` ${fit(i === 0 ? words.sections.said : '', nameCells - 1)}`, bold: true },
    ...line,
  ]);
}

/** The script as far as it was played and what is to come, and what the platform said last, in so many lines. */
export function storyLines(watched: Watched, rows: number): Piece[][] {
  const { sections } = watched.words;
  const { columns } = watched.size;
  const titled = (title: string, lines: Piece[][]): Piece[][] => [[{ text: title, dim: true }], ...lines];
  if (columns >= wideColumns) {
    const half = Math.floor((columns - besideCells) / 2);
    return beside(
      titled(sections.story, aroundNow(watched, half, rows - 1)),
      titled(sections.saidTitle, lastSaid(watched, columns - half - besideCells - 1, rows - 1)),
      half,
    );
  }
  const story = aroundNow(watched, columns - 2, Math.floor(rows / 2) - 1);
  return [
    ...titled(sections.story, story),
    ...titled(sections.saidTitle, lastSaid(watched, columns - 2, rows - story.length - 2)),
  ].map((line) => [{ text: ' ' }, ...line]);
}

/** The newest is at the bottom. What is long takes several lines where there is room, and is cut where there is none. */
function lastSaid({ progress: { said }, words }: Watched, cells: number, rows: number): Piece[][] {
  if (said.length === 0) return [[{ text: words.nothing, dim: true }]].slice(0, rows);
  const lines: Piece[][] = [];
  for (const text of [...said].reverse()) {
    const room = rows - lines.length;
    if (room <= 0) break;
    const whole = wrap(text, cells - 2);
    const shown = whole.length <= room ? whole : [cut(clean(text), cells - 2)];
    lines.unshift(...shown.map((one, i): Piece[] => [{ text: i === 0 ? '· ' : '  ', color: 'yellow' }, { text: one }]));
  }
  return lines;
}

/** As many marks, behind and ahead, as there are lines, around now. */
function aroundNow(watched: Watched, cells: number, rows: number): Piece[][] {
  const behind = watched.progress.marks.map((mark) => ({
    ...{ atS: mark.atS, sign: signOf(mark), text: mark.text },
    past: true,
  }));
  const all = [...behind, ...toCome(watched).map((one) => ({ ...one, past: false }))];
  const first = Math.max(0, Math.min(behind.length - Math.ceil(rows / 2), all.length - rows));
  return all.slice(first, first + rows).map(({ atS, sign, text, past }): Piece[] => [
    { text: `${elapsed(atS).padStart(7)} `, dim: !past },
    { ...sign, text: `${sign.text} `, dim: !past },
    { text: cut(clean(text), cells - 10), dim: !past },
  ]);
}
