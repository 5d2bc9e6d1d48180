import type { OrderStatus } from '../../../actors/messages.ts';
import { inKitchen, withRiders } from '../../../readmodel/boards.ts';
import { listOrders } from '../../../readmodel/list-orders.ts';
import { searchWords } from '../../search-words.ts';
import { List } from '../list.tsx';
import { orderColumns } from '../order-columns.ts';
import {
  acceptKey,
  cancelKey,
  claimKey,
  cookedKey,
  deliverKey,
  openKey,
  pickUpKey,
  refuseKey,
  type WithOrders,
} from '../order-keys.ts';
import type { BodyProps, Key, Screen } from '../screen.ts';

/** Orders that somebody has to do something about, oldest first. */
const board = (
  name: 'kitchen' | 'riders',
  statuses: readonly OrderStatus[],
  keys: readonly Key<WithOrders>[],
): Screen<WithOrders> => ({
  title: ({ screens }) => screens[name],
  filters: true,
  read: (source, view, { rows, lang }) => {
    const words = searchWords(view.filter, lang);
    const orders = source.ask((db) =>
      listOrders(db, { statuses, words, first: 'oldest', limit: rows + view.index + 1 }),
    );
    return { orders, ids: orders.map(({ orderId }) => orderId) };
  },
  keys: [openKey, ...keys],
  Body: BoardBody,
});

function BoardBody({ content, view, words, lang, now, width, height }: BodyProps<WithOrders>) {
  const none = words.empty[view.screen === 'kitchen' ? 'kitchen' : 'riders'];
  return (
    <List
      columns={orderColumns(words, lang, now)}
      rows={content.orders}
      idOf={({ orderId }) => orderId}
      view={view}
      width={width}
      height={height}
      empty={view.filter ? words.empty.found : none}
    />
  );
}

/** The stores' side: what waits to be accepted, and what is on the stove. */
export const kitchen = board('kitchen', inKitchen, [acceptKey, refuseKey, cookedKey, cancelKey]);

/** The riders' side: what waits to be picked up, and what is on its way. */
export const riders = board('riders', withRiders, [claimKey, pickUpKey, deliverKey, cancelKey]);
