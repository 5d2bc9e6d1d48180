import chalk, { type ChalkInstance } from 'chalk';
import { Text, Transform } from 'ink';
import { joined, type Piece, trimmed } from './fit.ts';

/**
 * One line of the screen. It is as wide as its pieces are, or less: they have been cut before.
 *
 * Ink is given a space to measure, and the line only when it is to be written: Ink 6.8 remembers every text that it has ever measured, and
 * a screen that shows the time is never the same text again.
 */
export function Line({ pieces }: { readonly pieces: readonly Piece[] }) {
  const line = trimmed(joined(pieces)).map(styled).join('');
  return (
    <Transform transform={() => line}>
      <Text> </Text>
    </Transform>
  );
}

function styled({ text, color, bold = false, dim = false, inverse = false }: Piece): string {
  let style: ChalkInstance = color ? chalk[color] : chalk;
  if (bold) style = style.bold;
  if (dim) style = style.dim;
  if (inverse) style = style.inverse;
  return style(text);
}
