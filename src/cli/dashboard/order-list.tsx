import { List } from './list.tsx';
import { orderColumns } from './order-columns.ts';
import type { WithOrders } from './order-keys.ts';
import type { BodyProps } from './screen.ts';

/** Orders to choose from. `empty`: what there is to say where there are none. */
export function OrderList({ empty, ...props }: BodyProps<WithOrders> & { readonly empty: string }) {
  const { content, view, words, lang, now, width, height } = props;
  return (
    <List
      columns={orderColumns(words, lang, now)}
      rows={content.orders}
      idOf={({ orderId }) => orderId}
      view={view}
      width={width}
      height={height}
      empty={view.filter ? words.empty.found : empty}
    />
  );
}
