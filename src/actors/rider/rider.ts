import { type Actor, answer, become, done, later, type Message, refused, type Step, send, stay } from '../actor.ts';
import type { OrderStatus } from '../messages.ts';
import { type Pace, paced } from '../pace.ts';
import type { CancelUntil } from '../rules.ts';

export type Rider = {
  /** `expected`: the store has accepted it. */
  status: 'none' | 'expected' | 'waiting' | 'assigned' | 'riding' | 'delivered' | 'stopped';
  customerId: string;
  riderId: string;
  rideMs: number;
};

/** Brings the meal, and is the one arbiter between a cancellation and the departure. */
export const rider = (pace: Pace): Actor<Rider> => ({
  name: 'rider',
  start: { status: 'none', customerId: '', riderId: '', rideMs: 0 },
  on: {
    OrderAccepted: onOrderAccepted,
    OrderCooked: onOrderCooked(pace),
    ClaimDelivery: onClaimDelivery(pace),
    PickupDone: (state, { data: { orderId } }) =>
      state.status === 'assigned' ? depart(state, orderId, pace) : stay(state),
    PickUpDelivery: onPickUpDelivery(pace),
    RideDone: (state, { data: { orderId } }) => (state.status === 'riding' ? arrive(state, orderId) : stay(state)),
    CompleteDelivery: onCompleteDelivery,
    StopDelivery: onStopDelivery,
  },
});

/** Nothing to do yet; but whoever decides on cancellations must know. */
function onOrderAccepted(state: Rider): Step<Rider> {
  return state.status === 'none' ? become({ ...state, status: 'expected' }) : stay(state);
}

const onOrderCooked =
  (pace: Pace) =>
  (state: Rider, { data: { orderId, customerId, rideMs } }: Message<'OrderCooked'>): Step<Rider> => {
    // Otherwise it was seen already, or stopped before it was cooked.
    if (state.status !== 'none' && state.status !== 'expected') return stay(state);
    const waiting: Rider = { status: 'waiting', customerId, riderId: '', rideMs };
    return pace.manual ? become(waiting) : assign(waiting, orderId, riderFor(orderId), pace);
  };

const onClaimDelivery =
  (pace: Pace) =>
  (state: Rider, { data: { orderId, riderId }, replyTo }: Message<'ClaimDelivery'>): Step<Rider> => {
    if (state.status === 'assigned' && state.riderId === riderId)
      return stay(state, ...answer(replyTo, done(orderId, 'assigned')));
    if (state.status !== 'waiting') return stay(state, ...answer(replyTo, cannot(state, orderId, 'claimed')));
    return saying(assign(state, orderId, riderId, pace), replyTo, orderId, 'assigned');
  };

const onPickUpDelivery =
  (pace: Pace) =>
  (state: Rider, { data: { orderId }, replyTo }: Message<'PickUpDelivery'>): Step<Rider> => {
    if (state.status === 'riding') return stay(state, ...answer(replyTo, done(orderId, 'on-the-way')));
    if (state.status !== 'assigned') return stay(state, ...answer(replyTo, cannot(state, orderId, 'picked up')));
    return saying(depart(state, orderId, pace), replyTo, orderId, 'on-the-way');
  };

function onCompleteDelivery(state: Rider, { data: { orderId }, replyTo }: Message<'CompleteDelivery'>): Step<Rider> {
  if (state.status === 'delivered') return stay(state, ...answer(replyTo, done(orderId, 'delivered')));
  if (state.status !== 'riding') return stay(state, ...answer(replyTo, cannot(state, orderId, 'delivered')));
  return saying(arrive(state, orderId), replyTo, orderId, 'delivered');
}

/**
 * Whoever comes first has it: the delivery is stopped, even one not yet heard of, unless what must not have happened has happened here.
 */
function onStopDelivery(
  state: Rider,
  { data: { orderId, attempt, until = 'departed' } }: Message<'StopDelivery'>,
): Step<Rider> {
  const status = alreadyPast[until](state.status);
  if (status !== undefined) return stay(state, send('DeliveryNotStopped', { orderId, attempt, status }));
  return become({ ...state, status: 'stopped' }, send('DeliveryStopped', { orderId, attempt }));
}

/** What the order is for everybody else, by where it is with the rider. */
const orderStatus: Partial<Record<Rider['status'], OrderStatus>> = {
  expected: 'accepted',
  waiting: 'cooked',
  assigned: 'assigned',
  riding: 'on-the-way',
  delivered: 'delivered',
};

const past =
  (...tooLate: Rider['status'][]) =>
  (status: Rider['status']) =>
    tooLate.includes(status) ? orderStatus[status] : undefined;

/** The status of an order that is too far on to be stopped. */
const alreadyPast: Record<CancelUntil, (status: Rider['status']) => OrderStatus | undefined> = {
  accepted: past('expected', 'waiting', 'assigned', 'riding', 'delivered'),
  cooked: past('waiting', 'assigned', 'riding', 'delivered'),
  departed: past('riding', 'delivered'),
};

function assign(state: Rider, orderId: string, riderId: string, pace: Pace): Step<Rider> {
  const timer = pace.manual ? [] : [later(paced(pace, pace.pickupMs), 'PickupDone', { orderId })];
  return become(
    { ...state, status: 'assigned', riderId },
    send('RiderAssigned', { orderId, customerId: state.customerId, riderId }),
    ...timer,
  );
}

function depart(state: Rider, orderId: string, pace: Pace): Step<Rider> {
  const { customerId, riderId, rideMs } = state;
  const timer = pace.manual ? [] : [later(paced(pace, rideMs), 'RideDone', { orderId })];
  return become({ ...state, status: 'riding' }, send('DeliveryDeparted', { orderId, customerId, riderId }), ...timer);
}

const arrive = (state: Rider, orderId: string): Step<Rider> =>
  become(
    { ...state, status: 'delivered' },
    send('DeliveryCompleted', { orderId, customerId: state.customerId, riderId: state.riderId }),
  );

const saying = (step: Step<Rider>, replyTo: string | undefined, orderId: string, status: string): Step<Rider> => ({
  ...step,
  effects: [...step.effects, ...answer(replyTo, done(orderId, status))],
});

/** One of twelve riders, always the same one for the same order. */
function riderFor(orderId: string): string {
  let sum = 0;
  for (const letter of orderId) sum = (sum * 31 + letter.codePointAt(0)!) % 12;
  return `rider-${String(sum + 1).padStart(2, '0')}`;
}

const now: Record<Rider['status'], string> = {
  none: 'not with the riders: there is none of this id, or it is not cooked yet',
  expected: 'not cooked yet',
  waiting: 'waiting for a rider',
  assigned: 'assigned to a rider',
  riding: 'on its way',
  delivered: 'delivered already',
  stopped: 'cancelled',
};

function cannot(state: Rider, orderId: string, what: string) {
  const who = state.status === 'assigned' ? ` (${state.riderId})` : '';
  return refused(
    orderId,
    state.status === 'none' ? 'no-such-order' : 'wrong-status',
    `The order ${orderId} is ${now[state.status]}${who}, so it cannot be ${what}.`,
  );
}
