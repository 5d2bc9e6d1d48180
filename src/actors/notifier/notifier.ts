import { type Actor, become, calling, type Message, type Step, send, stay } from '../actor.ts';
import type { Notice } from '../messages.ts';
import { type Lang, texts } from './texts.ts';

/** What has been told about this order, each as `<recipient>:<about>`. */
export type Notifier = { told: string[] };

/** Tells people what happened: each status of an order at most once to each. */
export const notifier = (lang: Lang): Actor<Notifier> => {
  const say = texts[lang];
  return {
    name: 'notifier',
    start: { told: [] },
    on: {
      OrderPlaced: (state, { data }) =>
        tell(state, data.orderId, [
          { recipient: data.customerId, about: 'placed', text: say.placed(data) },
          { recipient: ownerOf(data.storeId), about: 'placed', text: say.placedToOwner(data) },
          // Heard of the wrong way round: the owner must not cook.
          ...(state.told.includes(`${data.customerId}:cancelled`)
            ? [{ recipient: ownerOf(data.storeId), about: 'cancelled', text: say.cancelledToOwner(data) }]
            : []),
        ]),
      OrderDeferred: (state, { data }) => toCustomer(state, data, 'payment-deferred', say.deferred(data)),
      OrderRejected: (state, { data }) => toCustomer(state, data, 'rejected', say.rejected(data)),
      OrderAccepted: (state, { data }) => toCustomer(state, data, 'accepted', say.accepted(data)),
      OrderRefused: (state, { data }) => toCustomer(state, data, 'refused', say.refused(data)),
      OrderCooked: (state, { data }) => toCustomer(state, data, 'cooked', say.cooked(data)),
      RiderAssigned: (state, { data }) => toCustomer(state, data, 'assigned', say.assigned(data)),
      DeliveryDeparted: (state, { data }) => toCustomer(state, data, 'on-the-way', say.onTheWay(data)),
      DeliveryCompleted: (state, { data }) => toCustomer(state, data, 'delivered', say.delivered(data)),
      OrderCancelling: (state, { data }) =>
        toCustomer(state, data, nth('cancelling', data.attempt), say.cancelling(data)),
      CancelRefused: (state, { data }) =>
        toCustomer(state, data, nth('cancel-refused', data.attempt), say.cancelRefused(data)),
      OrderCancelled: (state, { data }) =>
        tell(state, data.orderId, [
          { recipient: data.customerId, about: 'cancelled', text: say.cancelled(data) },
          ...ownersTold(state).map((recipient) => ({
            recipient,
            about: 'cancelled',
            text: say.cancelledToOwner(data),
          })),
        ]),
      NotifyAnswered: onNotifyAnswered,
    },
  };
};

function onNotifyAnswered(
  state: Notifier,
  { data: { orderId, channel, notices } }: Message<'NotifyAnswered'>,
): Step<Notifier> {
  return stay(state, ...notices.map((notice) => send('NotificationSent', { orderId, channel, ...notice })));
}

const toCustomer = (state: Notifier, data: { orderId: string; customerId: string }, about: string, text: string) =>
  tell(state, data.orderId, [{ recipient: data.customerId, about, text }]);

function tell(state: Notifier, orderId: string, all: Notice[]): Step<Notifier> {
  const notices = all.filter((notice) => !state.told.includes(nameOf(notice)));
  if (notices.length === 0) return stay(state);
  return calling(become({ told: [...state.told, ...notices.map(nameOf)] }), {
    type: 'Notify',
    request: { orderId, notices },
  });
}

/** A second cancellation is news again. */
const nth = (about: string, attempt: number) => (attempt === 1 ? about : `${about}-${attempt}`);
const nameOf = ({ recipient, about }: Notice) => `${recipient}:${about}`;
/** The owner, if told of the order: nobody else needs to hear that it is gone. */
const ownersTold = (state: Notifier) => state.told.flatMap((name) => /^(owner:.*):placed$/.exec(name)?.[1] ?? []);
const ownerOf = (storeId: string) => `owner:${storeId}`;
