import { Box } from 'ink';
import { waysForward } from '../../../actors/messages.ts';
import type { Lang } from '../../../actors/notifier/texts.ts';
import { isOver } from '../../../actors/order/order-state.ts';
import { findOrder, type OrderStory } from '../../../readmodel/find-order.ts';
import { basket, clock, named, shown, span, won } from '../../show.ts';
import { eventText } from '../event-text.ts';
import { fit, fitPieces, type Piece } from '../fit.ts';
import { Line } from '../line.tsx';
import {
  acceptKey,
  cancelKey,
  claimKey,
  cookedKey,
  deliverKey,
  myPageKey,
  pickUpKey,
  refuseKey,
  type WithOrders,
} from '../order-keys.ts';
import type { Screen, View } from '../screen.ts';
import { statusPiece } from '../tones.ts';
import type { Words } from '../words.ts';

type One = WithOrders & { story?: OrderStory };

/** The story of one order: what it is, its money, every event with its time, and the messages sent. */
export const order: Screen<One> = {
  title: (_words, { orderId = '' }) => orderId,
  scrolls: true,
  read: (source, { orderId = '' }, { rows }) => {
    const story = source.ask((db) => findOrder(db, orderId));
    if (!story) return { ids: [], orders: [] };
    const hidden = Math.max(0, linesNeeded(story) - rows);
    // One id for each line at which the text can begin, all of the same order.
    return { ids: Array.from({ length: hidden + 1 }, () => orderId), orders: [story], story };
  },
  keys: [acceptKey, refuseKey, cookedKey, claimKey, pickUpKey, deliverKey, cancelKey, myPageKey],
  Body: ({ content, view, words, lang, width, height }) => {
    const { story } = content;
    if (!story) return <Line pieces={fitPieces([{ text: `  ${words.empty.gone}`, dim: true }], width)} />;
    const lines = linesOf(story, words, lang);
    const first = Math.min(firstLine(view), Math.max(0, lines.length - height));
    return (
      <Box flexDirection="column">
        {lines.slice(first, first + height).map((pieces, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of text has no other name
          <Line key={i} pieces={fitPieces(pieces, width)} />
        ))}
      </Box>
    );
  },
};

const firstLine = ({ index }: View): number => Math.max(0, index);

const headLines = 5;
const linesNeeded = ({ timeline, notifications, status }: OrderStory): number =>
  headLines + timeline.length + (isOver(status) ? 0 : 1) + (notifications.length > 0 ? 2 + notifications.length : 0);

function linesOf(story: OrderStory, words: Words, lang: Lang): Piece[][] {
  const { timeline, notifications, status, reason, payBy, riderId } = story;
  const facts = [
    money(story, words),
    riderId && `${words.order.rider} ${riderId}`,
    status === 'payment-deferred' && payBy !== null && `${words.order.payBy} ${clock(payBy).slice(0, 8)}`,
    reason && `${words.order.why}: ${reason}`,
  ];
  return [
    [{ text: ' ' }, { ...statusPiece(status, lang), bold: true }, { text: `  ${facts.filter(Boolean).join(' · ')}` }],
    [{ text: ` ${story.customerId ?? '-'} ← ${named(story.storeName, lang)}: ${basket(story.lines, lang)}` }],
    [{ text: '' }],
    [{ text: ` ${words.order.story}`, dim: true }],
    ...timeline.map((entry): Piece[] => {
      const { what, detail } = eventText(entry, lang);
      return [
        { text: ` ${clock(entry.at)}  `, dim: true },
        { text: fit(`+${span(entry.sinceMs)}`, 10, true), dim: true },
        { text: `  ${fit(what, lang === 'ko' ? 16 : 26)}  ` },
        { text: detail, dim: true },
      ];
    }),
    ...(isOver(status) ? [] : [[{ text: `      …       ${toCome(story, lang)}`, dim: true }]]),
    ...(notifications.length === 0
      ? []
      : [
          [{ text: '' }],
          [{ text: ` ${words.order.messages}`, dim: true }],
          ...notifications.map(({ at, recipient, text, channel }): Piece[] => [
            { text: ` ${clock(at)}  `, dim: true },
            { text: `${recipient} ← `, bold: true },
            { text: `${text}  ` },
            { text: `(${channel})`, dim: true },
          ]),
        ]),
  ];
}

function money({ totalWon, paidWon, refundedWon }: OrderStory, { order, cart }: Words): string {
  const sum = (amount: number | null) => `${won(amount)} ${cart.won}`;
  if (paidWon === 0) return `${sum(totalWon)} ${order.toPay}`;
  if (refundedWon === 0) return `${sum(paidWon)} ${order.paid}`;
  return `${sum(paidWon)} ${order.paid}, ${sum(refundedWon)} ${order.givenBack}`;
}

/** The steps of the way forward that it still has before it. */
const toCome = ({ status }: OrderStory, lang: Lang): string => {
  const here = waysForward.indexOf(status as (typeof waysForward)[number]);
  return waysForward
    .slice(here < 0 ? waysForward.length : here + 1)
    .map((step) => shown(step, lang))
    .join('  ');
};
