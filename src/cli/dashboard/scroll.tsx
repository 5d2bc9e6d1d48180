import { Box } from 'ink';
import { fitPieces, type Piece, wrap } from './fit.ts';
import { Line } from './line.tsx';
import type { Content, View } from './screen.ts';

/** Text that may be longer than the screen. It has an id for each line at which it can begin. */
export type Scrolled = Content & { lines: readonly (readonly Piece[])[] };

/** @param rows how many lines there is room for; `idOf`: what is copied, or worked on, from wherever it begins */
export const scrolled = (
  lines: readonly (readonly Piece[])[],
  rows: number,
  idOf: (line: number) => string = (line) => `line ${line}`,
): Scrolled => ({ lines, ids: Array.from({ length: Math.max(0, lines.length - rows) + 1 }, (_, i) => idOf(i)) });

/**
 * Text after `before`, which takes `from` cells; what does not fit goes on in lines of its own, `indent` cells in.
 * Both keep ten cells for the text at least.
 */
export function hanging(before: readonly Piece[], text: Piece, from: number, indent: number, cells: number): Piece[][] {
  const [first = ''] = wrap(text.text, Math.max(10, cells - from));
  const rest = text.text.slice(first.length).trimStart();
  const others = rest === '' ? [] : wrap(rest, Math.max(10, cells - indent));
  return [
    [...before, { ...text, text: first }],
    ...others.map((line) => [{ text: ' '.repeat(indent) }, { ...text, text: line }]),
  ];
}

type Props = {
  readonly content: Scrolled;
  readonly view: View;
  readonly width: number;
  readonly height: number;
};

/** As much of the text as fits, from where it is scrolled to; and how much there is below. */
export function Scroll({ content: { lines }, view, width, height }: Props) {
  const first = Math.max(0, Math.min(view.index, lines.length - height));
  const below = Math.max(0, lines.length - first - height);
  const shown = lines.slice(first, first + height - (below > 0 ? 1 : 0));
  return (
    <Box flexDirection="column">
      {shown.map((pieces, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of text has no other name
        <Line key={i} pieces={fitPieces([{ text: ' ' }, ...pieces], width)} />
      ))}
      {below > 0 && <Line pieces={fitPieces([{ text: ` ▼ ${below + 1}`, dim: true }], width)} />}
    </Box>
  );
}
