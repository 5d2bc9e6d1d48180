import { type Actor, become, calling, type Message, type Step, send, stay } from '../actor.ts';
import type { FilledTemplate, Name, NoticeToSend, PricedLine } from '../messages.ts';
import { fill, type Lang } from './texts.ts';

/** What has been told about this order, each as `<recipient>:<about>`. */
export type Notifier = { told: string[] };

/** Tells people what happened: each status of an order at most once to each. In which words is for the channel to say. */
export const notifier: Actor<Notifier> = {
  name: 'notifier',
  start: { told: [] },
  on: {
    OrderPlaced: (state, { data: { orderId: order, customerId, storeId, storeName: store, lines, totalWon } }) => {
      const [basket, total] = [basketOf(lines), won(totalWon)];
      return tell(state, order, [
        notice(customerId, 'placed', fill('order-placed', { store, basket, total, order })),
        notice(ownerOf(storeId), 'placed', fill('owner-order-placed', { order, basket, total })),
        // Heard of the wrong way round: the owner must not cook.
        ...(state.told.includes(`${customerId}:cancelled`) ? [cancelledToOwner(ownerOf(storeId), order)] : []),
      ]);
    },
    OrderDeferred: (state, { data }) =>
      toCustomer(
        state,
        data,
        'payment-deferred',
        fill('payment-deferred', { order: data.orderId, total: won(data.totalWon) }),
      ),
    OrderRejected: (state, { data }) =>
      toCustomer(state, data, 'rejected', fill('order-rejected', { order: data.orderId, reason: data.reason })),
    OrderAccepted: (state, { data }) =>
      toCustomer(
        state,
        data,
        'accepted',
        fill('order-accepted', { order: data.orderId, minutes: minutes(data.prepMs) }),
      ),
    OrderRefused: (state, { data }) =>
      toCustomer(state, data, 'refused', fill('order-refused', { order: data.orderId, reason: data.reason })),
    OrderCooked: (state, { data }) =>
      toCustomer(state, data, 'cooked', fill('order-cooked', { store: data.storeName, order: data.orderId })),
    RiderAssigned: (state, { data }) =>
      toCustomer(state, data, 'assigned', fill('rider-assigned', { rider: data.riderId, order: data.orderId })),
    DeliveryDeparted: (state, { data }) =>
      toCustomer(state, data, 'on-the-way', fill('order-on-the-way', { order: data.orderId })),
    DeliveryCompleted: (state, { data }) =>
      toCustomer(state, data, 'delivered', fill('order-delivered', { order: data.orderId })),
    OrderCancelling: (state, { data }) =>
      toCustomer(state, data, nth('cancelling', data.attempt), fill('order-cancelling', { order: data.orderId })),
    CancelRefused: (state, { data }) =>
      toCustomer(state, data, nth('cancel-refused', data.attempt), fill('cancel-refused', { order: data.orderId })),
    OrderCancelled: (state, { data: { orderId: order, customerId, refundedWon } }) =>
      tell(state, order, [
        notice(customerId, 'cancelled', fill('order-cancelled', { order, refund: won(refundedWon) })),
        ...ownersTold(state).map((owner) => cancelledToOwner(owner, order)),
      ]),
    NotifyAnswered: onNotifyAnswered,
  },
};

function onNotifyAnswered(
  state: Notifier,
  { data: { orderId, channel, notices } }: Message<'NotifyAnswered'>,
): Step<Notifier> {
  return stay(
    state,
    ...notices.map(({ recipient, about, text, channel: own = channel }) =>
      send('NotificationSent', { orderId, channel: own, recipient, about, text }),
    ),
  );
}

function tell(state: Notifier, orderId: string, all: NoticeToSend[]): Step<Notifier> {
  const notices = all.filter((notice) => !state.told.includes(nameOf(notice)));
  if (notices.length === 0) return stay(state);
  return calling(become({ told: [...state.told, ...notices.map(nameOf)] }), {
    type: 'Notify',
    request: { orderId, notices },
  });
}

const notice = (recipient: string, about: string, template: FilledTemplate): NoticeToSend => ({
  recipient,
  about,
  template,
});
const toCustomer = (
  state: Notifier,
  data: { orderId: string; customerId: string },
  about: string,
  template: FilledTemplate,
) => tell(state, data.orderId, [notice(data.customerId, about, template)]);
const cancelledToOwner = (owner: string, order: string) =>
  notice(owner, 'cancelled', fill('owner-order-cancelled', { order }));

/** A second cancellation is news again. */
const nth = (about: string, attempt: number) => (attempt === 1 ? about : `${about}-${attempt}`);
const nameOf = ({ recipient, about }: NoticeToSend) => `${recipient}:${about}`;
/** The owner, if told of the order: nobody else needs to hear that it is gone. */
const ownersTold = (state: Notifier) => state.told.flatMap((name) => /^(owner:.*):placed$/.exec(name)?.[1] ?? []);
const ownerOf = (storeId: string) => `owner:${storeId}`;

const won = (amount: number) => amount.toLocaleString('en-US');
const minutes = (ms: number) => String(Math.max(1, Math.round(ms / 60_000)));
const basketOf = (lines: PricedLine[]): Name => ({ ko: basketIn(lines, 'ko'), en: basketIn(lines, 'en') });
const basketIn = (lines: PricedLine[], lang: Lang) =>
  lines.map((line) => `${line.name[lang]} ×${line.quantity}`).join(', ');
