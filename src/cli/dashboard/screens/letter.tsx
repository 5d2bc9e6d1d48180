import { Box } from 'ink';
import { type DeadLetterView, findDeadLetter } from '../../../readmodel/list-dead-letters.ts';
import { inLine, laidOut, shortId, shownState } from '../../print-dead-letters.ts';
import { fit, fitPieces, type Piece, wrap } from '../fit.ts';
import { discardKey, redriveKey, type WithLetters } from '../letter-keys.ts';
import { Line } from '../line.tsx';
import type { Screen } from '../screen.ts';
import { type Words, wordsOf } from '../words.ts';

type One = WithLetters & { lines: readonly Piece[][] };

/** One dead letter: why it is here, what was done about it, and its body. */
export const letter: Screen<One> = {
  title: (_words, { letterId = '' }) => shortId(letterId),
  scrolls: true,
  read: (source, { letterId = '' }, { rows, columns, lang }) => {
    const found = source.ask((db) => findDeadLetter(db, letterId));
    if (!found) return { ids: [], letters: [], lines: [] };
    const lines = linesOf(found, wordsOf(lang), columns - 2);
    const hidden = Math.max(0, lines.length - rows);
    return { ids: Array.from({ length: hidden + 1 }, () => found.letterId), letters: [found], lines };
  },
  keys: [
    redriveKey,
    discardKey,
    {
      key: 'o',
      label: (words) => words.screens.order,
      when: ({ content }) => typeof content.letters[0]?.orderId === 'string',
      react: ({ content }) => ({ kind: 'open', view: { screen: 'order', orderId: content.letters[0]!.orderId! } }),
    },
  ],
  Body: ({ content, view, words, width, height }) => {
    const { lines } = content;
    if (lines.length === 0) return <Line pieces={fitPieces([{ text: `  ${words.empty.gone}`, dim: true }], width)} />;
    const first = Math.min(view.index, Math.max(0, lines.length - height));
    return (
      <Box flexDirection="column">
        {lines.slice(first, first + height).map((pieces, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of text has no other name
          <Line key={i} pieces={fitPieces([{ text: ' ' }, ...pieces], width)} />
        ))}
      </Box>
    );
  },
};

function linesOf(letter: DeadLetterView, { letters, columns }: Words, cells: number): Piece[][] {
  const { state, reason, queue, actor, type, messageId, orderId, attempts, at, settledAt, discardReason, body } =
    letter;
  const time = (ms: number) => new Date(ms).toISOString();
  const facts: [string, string | null][] = [
    [letters.actor, actor],
    [letters.queue, queue],
    [columns.type.toLowerCase(), type && `${type} ${messageId}`],
    [columns.order.toLowerCase(), orderId],
    [letters.attempts, String(attempts)],
    [letters.at, time(at)],
    [letters.state, `${shownState(state)}${settledAt ? ` ${time(settledAt)}` : ''}`],
    [letters.reason, discardReason],
  ];
  return [
    ...wrap(inLine(reason), cells).map((text): Piece[] => [{ text, bold: true, color: 'red' }]),
    [{ text: ' ' }],
    ...facts
      .filter((one): one is [string, string] => one[1] !== null)
      .map(([name, value]): Piece[] => [{ text: fit(name, 14), dim: true }, { text: value }]),
    [{ text: ' ' }],
    [{ text: letters.body, dim: true }],
    ...wrap(laidOut(body), cells).map((text): Piece[] => [{ text }]),
  ];
}
