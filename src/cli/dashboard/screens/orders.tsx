import { listOrders } from '../../../readmodel/list-orders.ts';
import { searchWords } from '../../search-words.ts';
import { faultStatuses, inFlight } from '../../statuses.ts';
import { List } from '../list.tsx';
import { orderColumns } from '../order-columns.ts';
import { cancelKey, myPageKey, openKey, type WithOrders } from '../order-keys.ts';
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
  Body: ({ content, view, words, lang, now, width, height }) => {
    const { empty } = words;
    const none = view.filter
      ? empty.found
      : view.faultsOnly
        ? empty.faults
        : view.sort === 'waiting'
          ? empty.orders
          : empty.everything;
    return (
      <List
        columns={orderColumns(words, lang, now)}
        rows={content.orders}
        idOf={({ orderId }) => orderId}
        view={view}
        width={width}
        height={height}
        empty={none}
      />
    );
  },
};
