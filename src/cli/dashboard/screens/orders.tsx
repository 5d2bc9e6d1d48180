import { listOrders } from '../../../readmodel/list-orders.ts';
import { searchWords } from '../../search-words.ts';
import { faultStatuses, inFlight } from '../../statuses.ts';
import { cancelKey, myPageKey, openKey, type WithOrders } from '../order-keys.ts';
import { OrderList } from '../order-list.tsx';
import type { Screen } from '../screen.ts';

/** Every order in flight, longest wait first; or all of them, or a customer's, newest first. */
export const orders: Screen<WithOrders> = {
  title: ({ screens }, { customerId }) =>
    customerId === undefined ? screens.orders : `${screens.orders} · ${customerId}`,
  filters: true,
  faults: true,
  read: (source, view, { rows, lang }) => {
    const { customerId, faultsOnly, sort, filter } = view;
    const statuses = faultsOnly ? faultStatuses : sort === 'waiting' && customerId === undefined ? inFlight : [];
    const found = source.ask((db) =>
      listOrders(db, {
        statuses,
        words: searchWords(filter, lang),
        first: sort === 'waiting' && !faultsOnly ? 'oldest' : 'newest',
        limit: rows + view.index + 1,
        ...(customerId !== undefined && { customerId }),
      }),
    );
    return { orders: found, ids: found.map(({ orderId }) => orderId) };
  },
  keys: [
    openKey,
    {
      key: 's',
      label: (words) => words.keys.sort,
      when: ({ view }) => view.customerId === undefined,
      react: ({ view }) => ({
        kind: 'change',
        viewId: view.id,
        to: { sort: view.sort === 'waiting' ? 'newest' : 'waiting', index: 0 },
      }),
    },
    cancelKey,
    myPageKey,
  ],
  Body: (props) => {
    const { view, words } = props;
    const { empty } = words;
    const none = view.faultsOnly ? empty.faults : view.sort === 'waiting' ? empty.orders : empty.everything;
    return <OrderList {...props} empty={none} />;
  },
};
