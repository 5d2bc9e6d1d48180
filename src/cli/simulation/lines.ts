import { cellsOf } from '../cells.ts';
import { clean, fit, fitPieces, keysIn, type Piece, rule, wrap } from '../dashboard/fit.ts';
import { isTooSmall } from '../dashboard/shown.ts';
import { factsLine, outcomeLines, refusalLines } from './facts.ts';
import { figureLines } from './figures.ts';
import { nameCells } from './flow.ts';
import { alertLine, headLine } from './head-lines.ts';
import { inFlightLines } from './in-flight-lines.ts';
import { saidLines, storyLines } from './said-lines.ts';
import { barLine, namesLine, nextLine, stageLine } from './timeline.ts';
import type { Watched } from './watched.ts';

/** From how many lines on there is room between the parts, and from how many columns on two of them stand side by side at the bottom. */
const airyRows = 30;
const wideColumns = 110;
/** Lines at the bottom from which on the script is shown there too. */
const storyRows = 6;

const blank: Piece[] = [{ text: ' ' }];

/** The whole screen: as many lines as it has, each as wide as it is. */
export function linesOf(watched: Watched): Piece[][] {
  const { size } = watched;
  const lines = isTooSmall(size) ? tooSmall(watched) : watched.help ? helpLines(watched) : mainLines(watched);
  return Array.from({ length: size.rows }, (_, i) => fitPieces(lines[i] ?? blank, size.columns));
}

function mainLines(watched: Watched): Piece[][] {
  const { columns, rows } = watched.size;
  const airy = rows >= airyRows;
  const air = airy ? [blank] : [];
  const most = airy ? 2 : 1;
  const above = [
    headLine(watched),
    alertLine(watched),
    rule(columns),
    stageLine(watched),
    barLine(watched),
    namesLine(watched),
    nextLine(watched),
    ...air,
    ...middleLines(watched),
    rule(columns),
    factsLine(watched),
    ...outcomeLines(watched, most),
    ...refusalLines(watched, most),
    ...(airy ? [rule(columns)] : []),
  ];
  const foot = [...footLines(watched), keysLine(watched)];
  const room = Math.max(0, rows - above.length - foot.length);
  const bottom = bottomLines(watched, room);
  return [...above, ...Array.from({ length: room }, (_, i) => bottom[i] ?? blank), ...foot];
}

/** Figures at the left, orders in flight at the right. */
function middleLines(watched: Watched): Piece[][] {
  const { columns } = watched.size;
  const left = Math.max(44, Math.floor((columns - 6) * 0.58));
  const right = columns - left - 5;
  return beside(figureLines(watched, left), inFlightLines(watched, right), left, 3);
}

/** Two blocks side by side; the left one takes so many cells, and then comes a gap. */
const beside = (left: Piece[][], right: Piece[][], cells: number, gap: number): Piece[][] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [
    { text: ' ' },
    ...fitPieces(left[i] ?? blank, cells),
    { text: ' '.repeat(gap) },
    ...(right[i] ?? []),
  ]);

/** What was said, beside or below the script where there is room for that. */
function bottomLines(watched: Watched, room: number): Piece[][] {
  const { words, size } = watched;
  if (room < storyRows) {
    const lines = saidLines(watched, size.columns - nameCells - 1, room);
    const name = (i: number): Piece =>
      i === 0 ? { text: ` ${fit(words.sections.said, nameCells - 1)}`, bold: true } : { text: ' '.repeat(nameCells) };
    return lines.map((line, i) => [name(i), ...line]);
  }
  const title = (text: string): Piece[] => [{ text, dim: true }];
  if (size.columns >= wideColumns) {
    const half = Math.floor((size.columns - 5) / 2);
    return beside(
      [title(words.sections.story), ...storyLines(watched, half, room - 1)],
      [title(words.sections.saidTitle), ...saidLines(watched, size.columns - half - 5, room - 1)],
      half,
      3,
    );
  }
  const cells = size.columns - 2;
  const story = storyLines(watched, cells, Math.floor(room / 2) - 1);
  const said = saidLines(watched, cells, room - story.length - 2);
  return [title(words.sections.story), ...story, title(words.sections.saidTitle), ...said].map((line) => [
    { text: ' ' },
    ...line,
  ]);
}

/** What is asked, or that it stops. */
function footLines({ asking, stopping, words, size }: Watched): Piece[][] {
  if (asking) return [[{ text: ` ${words.ask.stop} `, bold: true, color: 'yellow' }, { text: words.ask.yesNo }]];
  if (stopping) return wrap(words.stopping, size.columns - 2).map((text) => [{ text: ` ${text}`, color: 'cyan' }]);
  return [];
}

function keysLine({ words, frozen, stopping, size }: Watched): Piece[] {
  const { keys } = words;
  return keysIn(
    [['f', frozen ? keys.thaw : keys.freeze], ['?', keys.help], ...(stopping ? [] : [['q', keys.stop] as const])],
    size.columns,
  );
}

function helpLines({ words: { help }, size }: Watched): Piece[][] {
  const signCells = Math.max(...help.lines.map(([sign]) => cellsOf(sign!))) + 3;
  const lines = help.lines.flatMap(([sign = '', text = '']) =>
    wrap(text, size.columns - signCells - 4).map((one, i): Piece[] => [
      { text: `   ${fit(i === 0 ? sign : '', signCells)}`, bold: true },
      { text: one },
    ]),
  );
  return [[{ text: ` ${help.title}`, bold: true }], blank, ...lines, blank, [{ text: ` ${help.any}`, dim: true }]];
}

/** How large it must be; and what is asked, since it can be answered. */
function tooSmall({ words, size, asking, stopping }: Watched): Piece[][] {
  const text = asking
    ? `${words.ask.stop} ${words.ask.yesNo}`
    : stopping
      ? words.stopping
      : words.small(size.columns, size.rows);
  return wrap(clean(text), size.columns).map((one) => [{ text: one }]);
}
