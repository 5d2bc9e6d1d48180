import { deepStrictEqual } from 'node:assert';
import { type Actor, type Answer, type Message, receive, type Step } from '../../src/actors/actor.ts';
import type { Menu } from '../../src/actors/menu.ts';
import type { Messages, MessageType } from '../../src/actors/messages.ts';
import type { Pace } from '../../src/actors/pace.ts';

/** Noon, when every message of these tests is taken in hand unless it says otherwise. */
export const noon = 1_800_000_000_000;

let count = 0;
/** A message for an actor. */
export const message = <T extends MessageType>(
  type: T,
  data: Messages[T],
  rest: { at?: number; replyTo?: string } = {},
): Message<T> => ({ id: `m${++count}`, type, data, at: noon, ...rest }) as Message<T>;

/** An actor that has had these messages, in this order. */
export function given<S>(actor: Actor<S>, ...before: Message[]) {
  const state = before.reduce((state, one) => receive(actor, state, one).state, actor.start);
  return { state, when: (now: Message) => then(receive(actor, state, now), state) };
}

function then<S>(step: Step<S>, before: S) {
  const sent = step.effects.filter((effect) => effect.kind === 'send');
  const checks = {
    step,
    /** Exactly these types go out, in this order. */
    sends: (...types: MessageType[]) => {
      deepStrictEqual(
        sent.map(({ type }) => type),
        types,
      );
      return checks;
    },
    /** The one message of this type that goes out says this. */
    saying: <T extends MessageType>(type: T, data: Partial<Messages[T]>) => {
      const [found] = sent.filter((effect) => effect.type === type);
      const said = (found?.data ?? {}) as Record<string, unknown>;
      deepStrictEqual(Object.fromEntries(Object.keys(data).map((key) => [key, said[key]])), data);
      return checks;
    },
    /** These timers are set, each after so many milliseconds. */
    sets: (...timers: [type: MessageType, afterMs: number][]) => {
      deepStrictEqual(
        step.effects.filter((effect) => effect.kind === 'later').map(({ type, afterMs }) => [type, afterMs]),
        timers,
      );
      return checks;
    },
    /** Exactly this is asked of a partner, or nothing. */
    calls: (type?: string) => {
      deepStrictEqual(step.call?.type, type);
      return checks;
    },
    /** These are answered, each with this. */
    answers: (...answers: { to: string; with: Partial<Answer> }[]) => {
      const said = step.effects.filter((effect) => effect.kind === 'answer');
      deepStrictEqual(
        said.map(({ to }) => to),
        answers.map(({ to }) => to),
      );
      for (const [i, { with: expected }] of answers.entries()) {
        const data = said[i]!.data as Record<string, unknown>;
        deepStrictEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, data[key]])), expected);
      }
      return checks;
    },
    /** Nothing at all has happened. */
    changesNothing: () => {
      deepStrictEqual(step, { state: before, effects: [] });
      return checks;
    },
  };
  return checks;
}

const name = (en: string) => ({ ko: en, en });

export const menu: Menu = {
  stores: [
    {
      storeId: 'chicken',
      name: name('Chicken House'),
      autoAccept: true,
      rideMs: 600_000,
      items: [
        { itemId: 'fried', name: name('Fried'), priceWon: 19_000, soldOut: false, prepMs: 900_000 },
        { itemId: 'cola', name: name('Cola'), priceWon: 2_500, soldOut: false, prepMs: 0 },
        { itemId: 'wings', name: name('Wings'), priceWon: 12_000, soldOut: true, prepMs: 600_000 },
      ],
    },
  ],
};

/** Real time, on autopilot. */
export const pace: Pace = { manual: false, speed: 1, storeDeadlineMs: 300_000, pickupMs: 120_000 };
export const byHand: Pace = { ...pace, manual: true };

const about = { orderId: 'o1' };
const who = { ...about, customerId: 'kim' };
const lines = [{ itemId: 'fried', quantity: 2 }];
const service = { autoAccept: true, prepMs: 900_000, rideMs: 600_000 };

/** The messages of one meal, each as it usually is. */
export const meal = {
  place: (rest: Partial<Messages['PlaceOrder']> = {}, replyTo = 'asker') =>
    message(
      'PlaceOrder',
      { ...who, storeId: 'chicken', lines, billingKey: 'card', answerBy: noon + 10_000, ...rest },
      { replyTo },
    ),
  approved: (at = noon) => message('PaymentApproved', { ...about, amountWon: 38_000, paymentKey: 'p1' }, { at }),
  placed: (autoAccept = true) =>
    message('OrderPlaced', {
      ...who,
      storeId: 'chicken',
      storeName: name('Chicken House'),
      lines: [{ itemId: 'fried', quantity: 2, name: name('Fried'), priceWon: 19_000 }],
      totalWon: 38_000,
      service: { ...service, autoAccept },
    }),
  accepted: () => message('OrderAccepted', { ...who, prepMs: 900_000 }),
  cooked: () => message('OrderCooked', { ...who, storeName: name('Chicken House'), rideMs: 600_000 }),
  assigned: () => message('RiderAssigned', { ...who, riderId: 'r1' }),
  departed: () => message('DeliveryDeparted', { ...who, riderId: 'r1' }),
  completed: () => message('DeliveryCompleted', { ...who, riderId: 'r1' }),
  cancel: (replyTo = 'canceller') => message('CancelOrder', { ...about, reason: 'changed my mind' }, { replyTo }),
  authorize: (at = noon, rest: Partial<Messages['AuthorizePayment']> = {}) =>
    message(
      'AuthorizePayment',
      { ...who, amountWon: 38_000, billingKey: 'card', answerBy: noon + 10_000, ...rest },
      { at },
    ),
  charged: () =>
    message('ChargeAnswered', { ...about, tries: 0, outcome: 'approved', amountWon: 38_000, paymentKey: 'p1' }),
  voidIt: () => message('VoidPayment', about),
  refundIt: () => message('RefundPayment', { ...about, reason: 'cancelled' }),
  refunded: () => message('PaymentRefunded', { ...about, amountWon: 38_000 }),
};
