import { type Actor, answer, become, done, type Message, refused, type Step, send, stay } from '../actor.ts';
import { type Menu, priceOrder } from '../menu.ts';
import type { OrderDetails, OrderLine } from '../messages.ts';
import { busy, type HouseRefusal, type Refusal, type RefusalCode } from '../refusals.ts';
import type { Rules } from '../rules.ts';
import { onCancelOrder, onDeliveryNotStopped, onDeliveryStopped, onMoneyReturned, withdrawn } from './cancel.ts';
import { advance, answerAll, isUnpaid, type Order, placingAnswer } from './order-state.ts';

/** Takes an order, lets it stand only once it is paid, and answers for its status until it is over. */
export const order = (menu: Menu, rules: Rules): Actor<Order> => ({
  name: 'order',
  start: { status: 'none', progress: 'awaiting-payment', attempt: 0, waiting: [] },
  on: {
    PlaceOrder: onPlaceOrder(menu, rules),
    PaymentApproved: onPaymentApproved,
    PaymentDeclined: (state, { data: { code, reason } }) => reject(state, { code, reason }),
    PaymentBusy: (state, { data: { retryAfterMs } }) => reject(state, busy(retryAfterMs)),
    PaymentDeferred: onPaymentDeferred,
    PaymentUnknown: (state) => reject(state, unconfirmed),
    StoreRefused: onStoreRefused,
    OrderAccepted: (state) => advance(state, 'accepted'),
    OrderCooked: (state) => advance(state, 'cooked'),
    RiderAssigned: (state) => advance(state, 'assigned'),
    DeliveryDeparted: (state) => advance(state, 'on-the-way'),
    DeliveryCompleted: (state) => advance(state, 'delivered'),
    CancelOrder: onCancelOrder(rules),
    DeliveryStopped: onDeliveryStopped,
    DeliveryNotStopped: onDeliveryNotStopped,
    PaymentVoided: onMoneyReturned,
    PaymentRefunded: onMoneyReturned,
  },
});

const unconfirmed: HouseRefusal = {
  code: 'payment-unknown',
  reason:
    'The payment was not confirmed in time, so the order does not stand. Anything charged is given back. Place it again.',
};
const expired: HouseRefusal = {
  code: 'expired',
  reason: 'The order could not be taken in time, so it does not stand and is not charged. Place it again.',
};
const withdrawnFirst: HouseRefusal = { code: 'cancelled', reason: 'The order was cancelled before it was placed.' };

const onPlaceOrder =
  (menu: Menu, { payLaterForMs }: Rules) =>
  (state: Order, { data, at, replyTo, busyForMs }: Message<'PlaceOrder'>): Step<Order> => {
    const { orderId, customerId, storeId, billingKey, answerBy, payLater = false } = data;
    if (state.request) {
      if (!sameContent(state.request, data)) return stay(state, ...answer(replyTo, idInUse(orderId)));
      return placingAnswer(state, replyTo);
    }
    const priced = priceOrder(menu, storeId, data.lines);
    const taken: Order = {
      ...state,
      request: { orderId, customerId, storeId, lines: data.lines },
      waiting: replyTo ? [replyTo] : [],
    };
    if (withdrawn(state)) return decline(taken, withdrawnFirst);
    if (at > answerBy) return decline(taken, expired);
    if ('refusal' in priced) return decline(taken, priced.refusal);

    const { store, lines, totalWon, service } = priced;
    const details: OrderDetails = { orderId, customerId, storeId, storeName: store.name, lines, totalWon };
    const decideBy = payLater ? at + payLaterForMs : answerBy;
    const received = send('OrderReceived', { ...details, answerBy: decideBy });
    // Nobody is asked who would say no.
    if (busyForMs !== undefined && !payLater) {
      const away = decline({ ...taken, totalWon }, busy(busyForMs));
      return { ...away, effects: [received, ...away.effects] };
    }
    const busyThen = payLater ? { payBy: decideBy } : replyTo === undefined ? {} : { answerTo: replyTo };
    return become(
      { ...taken, status: 'awaiting-payment', totalWon, undecided: { details, service, decideBy } },
      received,
      send('AuthorizePayment', { orderId, customerId, amountWon: totalWon, billingKey, answerBy, ...busyThen }),
    );
  };

/** The one place where an order becomes established. */
function onPaymentApproved(state: Order, { data: { orderId }, at }: Message<'PaymentApproved'>): Step<Order> {
  // Charged, but it does not stand, or nobody here has ever heard of it.
  if (state.status === 'rejected' || state.status === 'none') return stay(state, send('VoidPayment', { orderId }));
  if (!isUnpaid(state.status)) return stay(state);
  const { undecided, ...decided } = state;
  const { details, service, decideBy } = undecided!;
  if (at > decideBy) {
    const late = decline(state, expired);
    return { ...late, effects: [...late.effects, send('VoidPayment', { orderId })] };
  }
  return become(
    { ...decided, status: 'placed', progress: 'placed', waiting: [] },
    send('OrderPlaced', { ...details, service }),
    ...answerAll(state.waiting, done(orderId, 'placed', details.totalWon)),
  );
}

/** The provider is busy, and the customer said that it may be later. Whoever waits at the counter need not wait any more. */
function onPaymentDeferred(state: Order, { data: { orderId, payBy } }: Message<'PaymentDeferred'>): Step<Order> {
  if (state.status !== 'awaiting-payment') return stay(state);
  const { customerId, storeId, totalWon } = state.undecided!.details;
  return become(
    { ...state, status: 'payment-deferred', waiting: [] },
    send('OrderDeferred', { orderId, customerId, storeId, totalWon, payBy }),
    ...answerAll(state.waiting, done(orderId, 'payment-deferred', totalWon)),
  );
}

/** The store said no: the customer gets the money back. A cancellation under way does that already. */
function onStoreRefused(state: Order, { data: { orderId, reason } }: Message<'StoreRefused'>): Step<Order> {
  if (state.status !== 'placed') return stay(state);
  const { customerId } = state.request!;
  return become(
    {
      ...state,
      status: 'refused',
      refusal: { code: 'refused' satisfies RefusalCode, reason: `The store refused: ${reason}` },
    },
    send('OrderRefused', { orderId, customerId, reason }),
    send('RefundPayment', { orderId, reason }),
  );
}

const reject = (state: Order, refusal: Refusal): Step<Order> =>
  isUnpaid(state.status) ? decline(state, refusal) : stay(state);

/** The order does not stand, and everybody who waits hears why. */
function decline(state: Order, refusal: Refusal): Step<Order> {
  const { orderId, customerId, storeId } = state.request!;
  return become(
    { ...state, status: 'rejected', refusal, waiting: [] },
    send('OrderRejected', { orderId, customerId, storeId, ...refusal }),
    ...answerAll(state.waiting, { outcome: 'refused', orderId, ...refusal }),
  );
}

const idInUse = (orderId: string) =>
  refused(
    orderId,
    'id-in-use',
    `The order id "${orderId}" already belongs to an order with other content. Choose a new id, or leave it out.`,
  );

type Content = { customerId: string; storeId: string; lines: OrderLine[] };
const sameContent = (a: Content, b: Content): boolean =>
  a.customerId === b.customerId && a.storeId === b.storeId && contentOf(a.lines) === contentOf(b.lines);

/** The cart whatever the order of its lines, and however an item is spread over them. */
function contentOf(lines: OrderLine[]): string {
  const cart = new Map<string, number>();
  for (const { itemId, quantity } of lines) cart.set(itemId, (cart.get(itemId) ?? 0) + quantity);
  return JSON.stringify([...cart].sort(([a], [b]) => (a < b ? -1 : 1)));
}
