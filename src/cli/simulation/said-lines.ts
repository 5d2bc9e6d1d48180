import { clean, type Piece, wrap } from '../dashboard/fit.ts';
import { cut } from '../show.ts';
import { elapsed } from './elapsed.ts';
import { ahead, signOf } from './timeline.ts';
import type { Watched } from './watched.ts';

/** What the platform said last, the newest at the bottom, in at most `most` lines. What is long takes several where there is room. */
export function saidLines({ progress: { said }, words }: Watched, cells: number, most: number): Piece[][] {
  if (said.length === 0) return [[{ text: words.nothing, dim: true }]].slice(0, most);
  const lines: Piece[][] = [];
  for (const text of [...said].reverse()) {
    const room = most - lines.length;
    if (room <= 0) break;
    const whole = wrap(text, cells - 2);
    const shown = whole.length <= room ? whole : [cut(clean(text), cells - 2)];
    lines.unshift(...shown.map((one, i): Piece[] => [{ text: i === 0 ? '· ' : '  ', color: 'yellow' }, { text: one }]));
  }
  return lines;
}

/** The script as far as it was played, and what is to come, around now. */
export function storyLines(watched: Watched, cells: number, most: number): Piece[][] {
  const { marks } = watched.progress;
  const behind = marks.map((mark) => ({ atS: mark.atS, sign: signOf(mark), text: mark.text, past: true }));
  const all = [...behind, ...ahead(watched).map((one) => ({ ...one, past: false }))];
  const first = Math.max(0, Math.min(behind.length - Math.ceil(most / 2), all.length - most));
  return all.slice(first, first + most).map(({ atS, sign, text, past }): Piece[] => [
    { text: `${elapsed(atS).padStart(7)} `, dim: !past },
    { ...sign, text: `${sign.text} `, dim: !past },
    { text: cut(clean(text), cells - 10), dim: !past },
  ]);
}
