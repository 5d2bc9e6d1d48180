import type { Cell } from '../test/harness/terminal/cells.ts';
import { ink, paintOf, paper } from './terminal-colours.ts';

/** A screen to draw. */
export type Picture = {
  /** Stands in the window's frame. */
  readonly caption: string;
  /** Says what there is to see to those who cannot. */
  readonly title: string;
  readonly columns: number;
  readonly lines: readonly { readonly cells: readonly Cell[] }[];
};

// All in pixels.
const cellWidth = 8.4;
const lineHeight = 18;
const fontSize = 14;
/** Hangul is to be as wide as two letters: it begins larger, so that it is not stretched out of shape. */
const wideFontSize = 15;
/** Lines of boxes and blocks are to meet those of the next line. */
const boxFontSize = 15.5;
const baseline = 13.5;
const bar = 34;
const margin = 14;

const fonts =
  "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono','Noto Sans Mono CJK KR',D2Coding,monospace";

/** Draws a screen as one SVG that needs nothing else. The same screen gives the same text. */
export function terminalSvg({ caption, title, columns, lines }: Picture): string {
  const width = px(columns * cellWidth + 2 * margin);
  const height = px(lines.length * lineHeight + bar + margin);
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, i) => `<circle cx="${20 + i * 20}" cy="${bar / 2}" r="6" fill="${colour}"/>`,
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${px(width - 1)}" height="${px(height - 1)}" rx="9" fill="${paper}" stroke="#3a3f4b"/>`,
    ...lights,
    `<text x="${px(width / 2)}" y="${bar / 2 + 4.5}" text-anchor="middle" font-family="${fonts}" font-size="13" fill="#8b919d">${escaped(caption)}</text>`,
    `<g transform="translate(${margin} ${bar})" font-family="${fonts}" font-size="${fontSize}" fill="${ink}" xml:space="preserve">`,
    ...lines.flatMap(({ cells }, row) => [...papersOf(cells, row), ...runsOf(cells).map((run) => textAt(run, row))]),
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

/** Cells beside each other that are drawn as one text. */
type Run = { column: number; columns: number; text: string; first: Cell };

/** The texts of a line: letters together, Hangul together, and any other sign only with its like, so that a font that lacks one of them
 * moves nothing else. */
function runsOf(cells: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  for (const [column, cell] of cells.entries()) {
    if (cell.width === 0) continue;
    const text = cell.invisible ? ' ' : cell.chars || ' ';
    const last = runs.at(-1);
    if (last && kindOf(last.text, last.first) === kindOf(text, cell) && styleOf(last.first) === styleOf(cell)) {
      last.text += text;
      last.columns += cell.width;
    } else {
      runs.push({ column, columns: cell.width, text, first: cell });
    }
  }
  return runs.flatMap(wordsOf);
}

/** Which other cells it may share a text with. */
function kindOf(text: string, { width }: Cell): string {
  if (width === 1 && /^[ -~]/.test(text)) return 'letters';
  return width === 2 && /^[\p{Script=Hangul}\p{Script=Han}]/u.test(text) ? 'wide letters' : [...text][0]!;
}

/** Cuts a run where it is empty for more than one cell. */
function wordsOf(run: Run): Run[] {
  if (run.first.underline || run.first.strikethrough || !run.text.includes(' ')) return [run];
  return [...run.text.matchAll(/[^ ]+(?: [^ ]+)*/g)].map(({ 0: text, index }) => ({
    ...run,
    text,
    column: run.column + index,
    columns: text.length,
  }));
}

/** How the letters of a cell look, as attributes. */
function styleOf(cell: Cell): string {
  const { ink: colour } = paintOf(cell);
  const lines = [cell.underline && 'underline', cell.strikethrough && 'line-through'].filter(Boolean).join(' ');
  return [
    colour !== ink && ` fill="${colour}"`,
    cell.bold && ' font-weight="bold"',
    cell.italic && ' font-style="italic"',
    lines && ` text-decoration="${lines}"`,
  ]
    .filter(Boolean)
    .join('');
}

function textAt({ column, columns, text, first }: Run, row: number): string {
  const place = `x="${px(column * cellWidth)}" y="${px(row * lineHeight + baseline)}"`;
  const larger = first.width === 2 ? wideFontSize : /[\u2500-\u259f]/.test(text) ? boxFontSize : undefined;
  const size = larger ? ` font-size="${larger}"` : '';
  const length = `textLength="${px(columns * cellWidth)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text ${place} ${length}${size}${styleOf(first)}>${escaped(text)}</text>`;
}

/** What lies below the letters of a line: a rectangle for each stretch of one colour. */
function papersOf(cells: readonly Cell[], row: number): string[] {
  const stretches: { column: number; columns: number; colour: string | undefined }[] = [];
  for (const [column, cell] of cells.entries()) {
    const colour = paintOf(cell).paper;
    const last = stretches.at(-1);
    if (last && last.colour === colour) last.columns += 1;
    else stretches.push({ column, columns: 1, colour });
  }
  return stretches.flatMap(({ column, columns, colour }) =>
    colour === undefined
      ? []
      : `<rect x="${px(column * cellWidth)}" y="${row * lineHeight}" width="${px(columns * cellWidth)}" height="${lineHeight}" fill="${colour}"/>`,
  );
}

const px = (pixels: number) => Number(pixels.toFixed(2));

const escaped = (text: string) =>
  text
    .replaceAll(/[^\t\n -\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}') // what no XML may have
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
