import { type DeadLetterView, findDeadLetter } from '../../../readmodel/list-dead-letters.ts';
import { inLine, laidOut, shortId, shownState } from '../../print-dead-letters.ts';
import type { Words } from '../english.ts';
import { fit, fitPieces, type Piece, wrap } from '../fit.ts';
import { discardKey, redriveKey, type WithLetters } from '../letter-keys.ts';
import { Line } from '../line.tsx';
import type { BodyProps, Screen } from '../screen.ts';
import { Scroll, type Scrolled, scrolled } from '../scroll.tsx';
import { wordsOf } from '../words.ts';

type One = WithLetters & Scrolled;

/** One dead letter: why it is here, what was done about it, and its body. */
export const letter: Screen<One> = {
  title: (_words, { letterId = '' }) => shortId(letterId),
  scrolls: true,
  read: (source, { letterId = '' }, { rows, columns, lang }) => {
    const found = source.ask((db) => findDeadLetter(db, letterId));
    if (!found) return { ids: [], letters: [], lines: [] };
    const lines = linesOf(found, wordsOf(lang), columns - 2);
    return { ...scrolled(lines, rows, () => found.letterId), letters: [found] };
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
  Body,
};

function Body({ content, view, words, width, height }: BodyProps<One>) {
  if (content.letters.length === 0)
    return <Line pieces={fitPieces([{ text: `  ${words.empty.gone}`, dim: true }], width)} />;
  return <Scroll content={content} view={view} width={width} height={height} />;
}

function linesOf(letter: DeadLetterView, { letters, columns }: Words, cells: number): Piece[][] {
  const { state, reason, cause, queue, actor, type, messageId, orderId, attempts, firstAt, at } = letter;
  const { settledAt, discardReason, body } = letter;
  const time = (ms: number) => new Date(ms).toISOString();
  const facts: [string, string | null][] = [
    [letters.actor, actor],
    [letters.queue, queue],
    [columns.type.toLowerCase(), type && `${type} ${messageId}`],
    [columns.order.toLowerCase(), orderId],
    [letters.attempts, String(attempts)],
    [letters.firstAt, firstAt === null ? null : time(firstAt)],
    [letters.at, time(at)],
    [letters.state, `${shownState(state)}${settledAt ? ` ${time(settledAt)}` : ''}`],
    [letters.reason, discardReason],
  ];
  return [
    ...wrap(inLine(reason), cells).map((text): Piece[] => [{ text, bold: true, color: 'red' }]),
    ...(cause ? wrap(inLine(cause), cells).map((text): Piece[] => [{ text, dim: true }]) : []),
    [{ text: ' ' }],
    ...facts
      .filter((one): one is [string, string] => one[1] !== null)
      .map(([name, value]): Piece[] => [{ text: fit(name, 14), dim: true }, { text: value }]),
    [{ text: ' ' }],
    [{ text: letters.body, dim: true }],
    ...wrap(laidOut(body), cells).map((text): Piece[] => [{ text }]),
  ];
}
