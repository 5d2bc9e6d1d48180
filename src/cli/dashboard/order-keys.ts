import type { Commands, OrderStatus } from '../../actors/messages.ts';
import { isOver } from '../../actors/order/order-state.ts';
import type { OrderView } from '../../readmodel/find-order.ts';
import { parseId } from '../arguments.ts';
import { shown } from '../show.ts';
import { type Content, type Context, chosenOf, type Key, type Reaction } from './screen.ts';

/** A screen from which orders can be worked on. */
export type WithOrders = Content & { orders: readonly OrderView[] };

/** The order that is chosen, if there is one. */
export const chosenOrder = (context: Context<WithOrders>): OrderView | undefined => {
  const id = chosenOf(context);
  return context.content.orders.find(({ orderId }) => orderId === id);
};

const asks =
  <T extends keyof Commands>(type: T, data: (order: OrderView) => Commands[T]) =>
  ({ words, lang }: Context<WithOrders>, order: OrderView): Reaction => ({
    kind: 'work',
    saying: words.told.working,
    run: async (operations) => {
      const status = await operations.act(type, data(order));
      const text = words.told.is(order.orderId, shown(status as OrderStatus, lang));
      return { kind: 'tell', notice: { text, tone: 'good' } };
    },
  });

/** A key that works on the chosen order while it is in one of these statuses. */
const orderKey = (
  key: string,
  label: Key['label'],
  statuses: readonly OrderStatus[] | ((status: OrderStatus) => boolean),
  react: (context: Context<WithOrders>, order: OrderView) => Reaction,
): Key<WithOrders> => ({
  key,
  label,
  writes: true,
  ofRow: true,
  when: (context) => {
    const status = chosenOrder(context)?.status;
    return status !== undefined && (typeof statuses === 'function' ? statuses(status) : statuses.includes(status));
  },
  react: (context) => react(context, chosenOrder(context)!),
});

export const acceptKey = orderKey(
  'a',
  (words) => words.keys.accept,
  ['placed'],
  asks('AcceptOrder', ({ orderId }) => ({ orderId })),
);

export const refuseKey = orderKey(
  'x',
  (words) => words.keys.refuse,
  ['placed'],
  (context, order) => ({
    kind: 'prompt',
    prompt: {
      kind: 'text',
      label: context.words.ask.refuse(order.orderId),
      value: '',
      onText: (text) => {
        const reason = text.trim();
        if (reason === '') return { kind: 'several', reactions: [] }; // nobody is refused without a word
        return asks('RefuseOrder', ({ orderId }) => ({ orderId, reason }))(context, order);
      },
    },
  }),
);

export const cookedKey = orderKey(
  'd',
  (words) => words.keys.cooked,
  ['accepted'],
  asks('FinishCooking', ({ orderId }) => ({ orderId })),
);

export const claimKey = orderKey(
  'a',
  (words) => words.keys.claim,
  ['cooked'],
  (context, order) => ({
    kind: 'prompt',
    prompt: {
      kind: 'text',
      label: context.words.ask.claim(order.orderId),
      value: '',
      onText: (text) => {
        try {
          const riderId = parseId(text.trim(), 'The rider');
          return asks('ClaimDelivery', ({ orderId }) => ({ orderId, riderId }))(context, order);
        } catch (error) {
          return { kind: 'tell', notice: { text: (error as Error).message, tone: 'bad' } };
        }
      },
    },
  }),
);

export const pickUpKey = orderKey(
  'p',
  (words) => words.keys.pickUp,
  ['assigned'],
  asks('PickUpDelivery', ({ orderId }) => ({ orderId })),
);

export const deliverKey = orderKey(
  'd',
  (words) => words.keys.deliver,
  ['on-the-way'],
  asks('CompleteDelivery', ({ orderId }) => ({ orderId })),
);

export const cancelKey = orderKey(
  'c',
  (words) => words.keys.cancel,
  // Once the rider has left, it would only be refused.
  (status) => !isOver(status) && status !== 'cancelling' && status !== 'on-the-way',
  (context, order) => ({
    kind: 'prompt',
    prompt: {
      kind: 'confirm',
      question: context.words.ask.cancel(order.orderId),
      onYes: asks('CancelOrder', ({ orderId }) => ({ orderId, reason: 'cancelled by an operator' }))(context, order),
    },
  }),
);

export const openKey: Key<WithOrders> = {
  key: 'enter',
  label: (words) => words.keys.open,
  when: (context) => chosenOrder(context) !== undefined,
  react: (context) => ({ kind: 'open', view: { screen: 'order', orderId: chosenOrder(context)!.orderId } }),
};

export const myPageKey: Key<WithOrders> = {
  key: 'm',
  label: (words) => words.keys.myPage,
  when: (context) => typeof chosenOrder(context)?.customerId === 'string',
  react: (context) => {
    const { customerId } = chosenOrder(context)!;
    return { kind: 'open', view: { screen: 'orders', sort: 'newest', ...(customerId !== null && { customerId }) } };
  },
};
