import { Box } from 'ink';
import { type Column, fitPieces, headOf, layOut, rowOf } from './fit.ts';
import { Line } from './line.tsx';
import { indexOf, type View } from './screen.ts';

type Props<T> = {
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly idOf: (row: T) => string;
  readonly view: View;
  readonly width: number;
  readonly height: number;
  /** What there is to say where there are no rows. */
  readonly empty: string;
};

/** Rows to choose from: only those that fit are drawn, around the chosen one. */
export function List<T>({ columns, rows, idOf, view, width, height, empty }: Props<T>) {
  if (rows.length === 0) return <Line pieces={fitPieces([{ text: `  ${empty}`, dim: true }], width)} />;
  // Marks have a place of their own as soon as there are any.
  const margin = view.marked.size > 0 ? 4 : 2;
  const laid = layOut(columns, width - margin);
  const room = Math.max(1, height - 1);
  const index = indexOf(
    view,
    rows.map((row) => idOf(row)),
  );
  const first = Math.max(0, Math.min(index - Math.floor(room / 2), rows.length - room));
  return (
    <Box flexDirection="column">
      <Line pieces={[{ text: ' '.repeat(margin) }, ...headOf(laid)]} />
      {rows.slice(first, first + room).map((row, i) => {
        const id = idOf(row);
        const chosen = first + i === index;
        const mark = margin === 2 ? '' : view.marked.has(id) ? '✓ ' : '  ';
        const cells = rowOf(laid, row).map((piece) => (chosen ? { ...piece, bold: true, dim: false } : piece));
        return <Line key={id} pieces={[{ text: `${chosen ? '▸' : ' '} ${mark}`, bold: chosen }, ...cells]} />;
      })}
    </Box>
  );
}
