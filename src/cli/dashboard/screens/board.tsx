import type { OrderStatus } from '../../../actors/messages.ts';
import { inKitchen, withRiders } from '../../../readmodel/boards.ts';
import { listOrders } from '../../../readmodel/list-orders.ts';
import { searchWords } from '../../search-words.ts';
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
import { OrderList } from '../order-list.tsx';
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

function BoardBody(props: BodyProps<WithOrders>) {
  const { view, words } = props;
  return <OrderList {...props} empty={words.empty[view.screen === 'kitchen' ? 'kitchen' : 'riders']} />;
}

/** The stores' side: what waits to be accepted, and what is on the stove. */
export const kitchen = board('kitchen', inKitchen, [acceptKey, refuseKey, cookedKey, cancelKey]);

/** The riders' side: what waits to be picked up, and what is on its way. */
export const riders = board('riders', withRiders, [claimKey, pickUpKey, deliverKey, cancelKey]);
