import { type Actor, answer, become, done, later, type Message, refused, type Step, send, stay } from '../actor.ts';
import type { Name, Service } from '../messages.ts';
import { type Pace, paced } from '../pace.ts';

export type Kitchen = {
  status: 'none' | 'waiting' | 'cooking' | 'cooked' | 'refused' | 'stopped';
  customerId: string;
  storeName: Name;
  service: Service;
};

/** The store's side: accepts or refuses what was paid, and cooks it; by the owner's hand or on autopilot. */
export const kitchen = (pace: Pace): Actor<Kitchen> => ({
  name: 'kitchen',
  start: {
    status: 'none',
    customerId: '',
    storeName: { ko: '', en: '' },
    service: { autoAccept: false, prepMs: 0, rideMs: 0 },
  },
  on: {
    OrderPlaced: onOrderPlaced(pace),
    AcceptOrder: onAcceptOrder(pace),
    RefuseOrder: onRefuseOrder,
    StoreDeadlinePassed: onStoreDeadlinePassed,
    CookingDone: (state, { data: { orderId } }) => (state.status === 'cooking' ? cooked(state, orderId) : stay(state)),
    FinishCooking: onFinishCooking,
    DeliveryStopped: onDeliveryStopped,
  },
});

const onOrderPlaced =
  (pace: Pace) =>
  (state: Kitchen, { data }: Message<'OrderPlaced'>): Step<Kitchen> => {
    if (state.status !== 'none') return stay(state); // seen already, or cancelled before it got here
    const { orderId, customerId, storeName, service } = data;
    const waiting: Kitchen = { status: 'waiting', customerId, storeName, service };
    if (onAutopilot(pace, service)) return accept(waiting, orderId, pace);
    return become(waiting, later(pace.storeDeadlineMs, 'StoreDeadlinePassed', { orderId }));
  };

const onAcceptOrder =
  (pace: Pace) =>
  (state: Kitchen, { data: { orderId }, replyTo }: Message<'AcceptOrder'>): Step<Kitchen> => {
    if (state.status === 'cooking') return stay(state, ...answer(replyTo, done(orderId, 'accepted')));
    if (state.status !== 'waiting') return stay(state, ...answer(replyTo, cannot(state, orderId, 'accepted')));
    const step = accept(state, orderId, pace);
    return { ...step, effects: [...step.effects, ...answer(replyTo, done(orderId, 'accepted'))] };
  };

function onRefuseOrder(state: Kitchen, { data: { orderId, reason }, replyTo }: Message<'RefuseOrder'>): Step<Kitchen> {
  if (state.status === 'refused') return stay(state, ...answer(replyTo, done(orderId, 'refused')));
  if (state.status !== 'waiting') return stay(state, ...answer(replyTo, cannot(state, orderId, 'refused')));
  return become(
    { ...state, status: 'refused' },
    send('StoreRefused', { orderId, reason }),
    ...answer(replyTo, done(orderId, 'refused')),
  );
}

/** Nobody at the store answered: the customer is not left hanging. */
function onStoreDeadlinePassed(state: Kitchen, { data: { orderId } }: Message<'StoreDeadlinePassed'>): Step<Kitchen> {
  if (state.status !== 'waiting') return stay(state);
  return become(
    { ...state, status: 'refused' },
    send('StoreRefused', { orderId, reason: 'the store did not answer in time' }),
  );
}

function onFinishCooking(state: Kitchen, { data: { orderId }, replyTo }: Message<'FinishCooking'>): Step<Kitchen> {
  if (state.status === 'cooked') return stay(state, ...answer(replyTo, done(orderId, 'cooked')));
  if (state.status !== 'cooking') return stay(state, ...answer(replyTo, cannot(state, orderId, 'cooked')));
  const step = cooked(state, orderId);
  return { ...step, effects: [...step.effects, ...answer(replyTo, done(orderId, 'cooked'))] };
}

/** The order is cancelled: the stove goes off, or never on. */
function onDeliveryStopped(state: Kitchen): Step<Kitchen> {
  return state.status === 'refused' ? stay(state) : become({ ...state, status: 'stopped' });
}

function accept(state: Kitchen, orderId: string, pace: Pace): Step<Kitchen> {
  const { customerId, service } = state;
  const timer = onAutopilot(pace, service) ? [later(paced(pace, service.prepMs), 'CookingDone', { orderId })] : [];
  return become(
    { ...state, status: 'cooking' },
    send('OrderAccepted', { orderId, customerId, prepMs: service.prepMs }),
    ...timer,
  );
}

const cooked = (state: Kitchen, orderId: string): Step<Kitchen> =>
  become(
    { ...state, status: 'cooked' },
    send('OrderCooked', {
      orderId,
      customerId: state.customerId,
      storeName: state.storeName,
      rideMs: state.service.rideMs,
    }),
  );

const onAutopilot = (pace: Pace, service: Service) => service.autoAccept && !pace.manual;

const now: Record<Kitchen['status'], string> = {
  none: 'not in the kitchen: there is none of this id, or it is not paid yet',
  waiting: 'waiting to be accepted',
  cooking: 'being cooked',
  cooked: 'cooked already',
  refused: 'refused already',
  stopped: 'cancelled',
};

const cannot = (state: Kitchen, orderId: string, what: string) =>
  refused(
    orderId,
    state.status === 'none' ? 'no-such-order' : 'wrong-status',
    `The order ${orderId} is ${now[state.status]}, so it cannot be ${what}.`,
  );
