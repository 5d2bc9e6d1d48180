import { waysForward } from '../../../actors/messages.ts';
import type { Lang } from '../../../actors/notifier/texts.ts';
import { isOver } from '../../../actors/order/order-state.ts';
import { findOrder, type OrderStory } from '../../../readmodel/find-order.ts';
import { cellsOf } from '../../cells.ts';
import { basket, clock, named, shown, span, won } from '../../show.ts';
import type { Words } from '../english.ts';
import { eventText } from '../event-text.ts';
import { fit, fitPieces, type Piece, wrap } from '../fit.ts';
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
import type { BodyProps, Screen } from '../screen.ts';
import { hanging, Scroll, type Scrolled, scrolled } from '../scroll.tsx';
import { statusPiece } from '../tones.ts';
import { wordsOf } from '../words.ts';

type One = WithOrders & Scrolled;

/** The story of one order: what it is, its money, every event with its time, and the messages sent. */
export const order: Screen<One> = {
  title: (_words, { orderId = '' }) => orderId,
  scrolls: true,
  read: (source, { orderId = '' }, { rows, columns, lang }) => {
    const story = source.ask((db) => findOrder(db, orderId));
    if (!story) return { ids: [], orders: [], lines: [] };
    const lines = linesOf(story, wordsOf(lang), lang, columns - 2);
    return { ...scrolled(lines, rows, () => orderId), orders: [story] };
  },
  keys: [acceptKey, refuseKey, cookedKey, claimKey, pickUpKey, deliverKey, cancelKey, myPageKey],
  Body,
};

function Body({ content, view, words, width, height }: BodyProps<One>) {
  if (content.orders.length === 0)
    return <Line pieces={fitPieces([{ text: `  ${words.empty.gone}`, dim: true }], width)} />;
  return <Scroll content={content} view={view} width={width} height={height} />;
}

/** Cells that a time takes, and how far in what happened stands. */
const timeCells = 14;

function linesOf(story: OrderStory, words: Words, lang: Lang, cells: number): Piece[][] {
  const { timeline, notifications, status, reason, payBy, riderId } = story;
  const facts = [
    money(story, words),
    riderId && `${words.order.rider} ${riderId}`,
    status === 'payment-deferred' && payBy !== null && `${words.order.payBy} ${clock(payBy).slice(0, 8)}`,
  ];
  const whatCells = lang === 'ko' ? 16 : 26;
  const happened = timeline.flatMap((entry) => {
    const { what, detail } = eventText(entry, lang);
    const before: Piece[] = [
      { text: `${clock(entry.at)}  `, dim: true },
      { text: fit(`+${span(entry.sinceMs)}`, 10, true), dim: true },
      { text: `  ${fit(what, whatCells)}  ` },
    ];
    const from = timeCells + 10 + 2 + whatCells + 2;
    return hanging(before, { text: detail, dim: true }, from, timeCells + 10 + 2, cells);
  });
  const told = notifications.flatMap(({ at, recipient, text, channel }) =>
    hanging(
      [
        { text: `${clock(at)}  `, dim: true },
        { text: `${recipient} ← `, bold: true },
      ],
      { text: `${text} (${channel})` },
      timeCells + cellsOf(recipient) + 3,
      timeCells,
      cells,
    ),
  );
  return [
    [{ ...statusPiece(status, lang), bold: true }, { text: `  ${facts.filter(Boolean).join(' · ')}` }],
    ...wrap(`${story.customerId ?? '-'} ← ${named(story.storeName, lang)}: ${basket(story.lines, lang)}`, cells).map(
      (text): Piece[] => [{ text }],
    ),
    ...(reason ? wrap(`${words.order.why}: ${reason}`, cells).map((text): Piece[] => [{ text, color: 'red' }]) : []),
    [{ text: '' }],
    [{ text: words.order.story, dim: true }],
    ...happened,
    ...(isOver(status) ? [] : [[{ text: `     …       ${toCome(story, lang)}`, dim: true }]]),
    ...(told.length === 0 ? [] : [[{ text: '' }], [{ text: words.order.messages, dim: true }], ...told]),
  ];
}

function money({ totalWon, paidWon, refundedWon }: OrderStory, { order, cart }: Words): string {
  const sum = (amount: number | null) => `${won(amount)}${cart.won}`;
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
