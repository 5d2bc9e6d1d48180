import { cellsOf } from '../../cells.ts';
import { clean, fit, fitPieces, keysIn, type Piece, rule, wrap } from '../../dashboard/fit.ts';
import { isTooSmall } from '../../dashboard/shown.ts';
import { beside, besideCells } from './beside.ts';
import { hasStory, saidLines, storyLines } from './bottom-lines.ts';
import { factsLine, outcomeLines, refusalLines } from './facts.ts';
import { figureLines } from './figures.ts';
import { alertLine, headLine } from './head-lines.ts';
import { inFlightLines } from './in-flight-lines.ts';
import { barLine, namesLine, nextLine, stageLine } from './timeline.ts';
import type { Watched } from './watched.ts';

/** From how many lines on there is room between the parts. */
const airyRows = 30;
/** Cells that the figures take at least, beside the orders in flight. */
const leastFigureCells = 44;
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
  // A question takes a line of what is there, and nothing else moves.
  const bottom = hasStory(columns, room + foot.length - 1) ? storyLines(watched, room) : saidLines(watched, room);
  return [...above, ...Array.from({ length: room }, (_, i) => bottom[i] ?? blank), ...foot];
}

/** Figures at the left, orders in flight at the right. */
function middleLines(watched: Watched): Piece[][] {
  const { columns } = watched.size;
  const left = Math.max(leastFigureCells, Math.floor(columns * 0.55));
  return beside(figureLines(watched, left), inFlightLines(watched, columns - left - besideCells - 1), left);
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
