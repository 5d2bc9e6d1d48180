import { listNotifications, type NotificationView } from '../../../readmodel/list-notifications.ts';
import { clock } from '../../show.ts';
import type { Column } from '../fit.ts';
import { List } from '../list.tsx';
import { type Content, chosenOf, type Screen } from '../screen.ts';
import type { Words } from '../words.ts';

type Messages = Content & { sent: readonly NotificationView[] };

const columnsOf = ({ columns }: Words): Column<NotificationView>[] => [
  { title: columns.time, width: 12, cell: ({ at }) => ({ text: clock(at), dim: true }) },
  { title: columns.to, width: 12, grow: 1, cell: ({ recipient }) => ({ text: recipient, bold: true }) },
  { title: columns.about, width: 12, cell: ({ about }) => ({ text: about }) },
  { title: columns.order, width: 10, from: 90, cell: ({ orderId }) => ({ text: orderId, dim: true }) },
  { title: columns.text, width: 20, grow: 5, cell: ({ text }) => ({ text }) },
];

/** What people were told, the newest first. */
export const messages: Screen<Messages> = {
  title: ({ screens }) => screens.messages,
  filters: true,
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
      when: (context) => chosenOf(context) !== undefined,
      react: (context) => {
        const id = chosenOf(context);
        const { orderId } = context.content.sent.find(({ position }) => String(position) === id)!;
        return { kind: 'open', view: { screen: 'order', orderId } };
      },
    },
  ],
  Body: ({ content, view, words, width, height }) => (
    <List
      columns={columnsOf(words)}
      rows={content.sent}
      idOf={({ position }) => String(position)}
      view={view}
      width={width}
      height={height}
      empty={view.filter ? words.empty.found : words.empty.messages}
    />
  ),
};
