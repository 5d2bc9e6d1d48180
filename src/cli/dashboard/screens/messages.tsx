import { type OrderStatus, orderStatuses } from '../../../actors/messages.ts';
import type { Lang } from '../../../actors/notifier/texts.ts';
import { listNotifications, type NotificationView } from '../../../readmodel/list-notifications.ts';
import { clock, shown } from '../../show.ts';
import type { Words } from '../english.ts';
import type { Column } from '../fit.ts';
import { List } from '../list.tsx';
import { type Content, type Context, chosenOf, type Screen } from '../screen.ts';

type Messages = Content & { sent: readonly NotificationView[] };

/** What a message tells: a status, in the language of the house, or which cancellation. */
const aboutIn = (about: string, lang: Lang): string =>
  orderStatuses.includes(about as OrderStatus) ? shown(about as OrderStatus, lang) : about;

const columnsOf = ({ columns }: Words, lang: Lang): Column<NotificationView>[] => [
  { title: columns.time, width: 12, cell: ({ at }) => ({ text: clock(at), dim: true }) },
  { title: columns.to, width: 12, grow: 1, cell: ({ recipient }) => ({ text: recipient, bold: true }) },
  { title: columns.about, width: 12, cell: ({ about }) => ({ text: aboutIn(about, lang) }) },
  { title: columns.order, width: 10, from: 90, cell: ({ orderId }) => ({ text: orderId, dim: true }) },
  { title: columns.text, width: 20, grow: 5, cell: ({ text }) => ({ text }) },
];

/** What people were told, the newest first. */
export const messages: Screen<Messages> = {
  title: ({ screens }) => screens.messages,
  filters: true,
  copies: orderOf,
  read: (source, view, { rows }) => {
    const words = view.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const limit = words.length > 0 ? 2_000 : rows + view.index + 1;
    const sent = source
      .ask((db) => listNotifications(db, { limit }))
      .reverse()
      .filter((one) => {
        const text = `${one.recipient} ${one.about} ${one.orderId} ${one.text} ${one.channel}`.toLowerCase();
        return words.every((word) => text.includes(word));
      });
    return { sent, ids: sent.map(({ position }) => String(position)) };
  },
  keys: [
    {
      key: 'enter',
      label: (words) => words.keys.open,
      when: (context) => orderOf(context) !== undefined,
      react: (context) => ({ kind: 'open', view: { screen: 'order', orderId: orderOf(context)! } }),
    },
  ],
  Body: ({ content, view, words, lang, width, height }) => (
    <List
      columns={columnsOf(words, lang)}
      rows={content.sent}
      idOf={({ position }) => String(position)}
      view={view}
      width={width}
      height={height}
      empty={view.filter ? words.empty.found : words.empty.messages}
    />
  ),
};

/** The order that the chosen message is about. */
function orderOf(context: Context<Messages>): string | undefined {
  const id = chosenOf(context);
  return context.content.sent.find(({ position }) => String(position) === id)?.orderId;
}
