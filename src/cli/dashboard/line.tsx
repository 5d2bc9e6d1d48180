import { Text } from 'ink';
import { joined, type Piece, trimmed } from './fit.ts';

/** One line of the screen. It is as wide as its pieces are, or less: they have been cut before. */
export function Line({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <Text wrap="truncate-end">
      {trimmed(joined(pieces)).map(({ text, color, bold = false, dim = false, inverse = false }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and are drawn anew each time
        <Text key={i} {...(color && { color })} bold={bold} dimColor={dim} inverse={inverse}>
          {text}
        </Text>
      ))}
    </Text>
  );
}
