import type { Refusal } from './refusals.ts';
import type { CancelUntil } from './rules.ts';

/**
 * Every message, in the order one meal meets them.
 * Money is integer won (`...Won`); times are epoch milliseconds (`...At`, `...By`); spans are milliseconds (`...Ms`).
 * A request is in the imperative, a fact in the past tense.
 */

/** A name in both languages of the house. */
export type Name = { ko: string; en: string };

/** What the customer asks for. `quantity` is 1 to 99. */
export type OrderLine = { itemId: string; quantity: number };

/** What the customer is charged for: the line with the name and price it had when it was ordered. */
export type PricedLine = OrderLine & { name: Name; priceWon: number };

/** The way forward, in order. An order only ever moves to the right. */
export const waysForward = [
  'awaiting-payment',
  'placed',
  'accepted',
  'cooked',
  'assigned',
  'on-the-way',
  'delivered',
] as const;
export type Forward = (typeof waysForward)[number];

/** Every status an order can have. `docs/journey.md` draws how they follow each other. */
export const orderStatuses = [
  ...waysForward,
  'payment-deferred',
  'rejected',
  'refused',
  'cancelling',
  'cancelled',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** How the store and its rider work this order when they are on autopilot, as the catalogue had it. */
export type Service = { autoAccept: boolean; prepMs: number; rideMs: number };

/** A priced order as every actor after the order actor sees it. */
export type OrderDetails = {
  orderId: string;
  customerId: string;
  storeId: string;
  storeName: Name;
  lines: PricedLine[];
  totalWon: number;
};

/** One message to one person. `about` is what it tells, once an order and recipient: a status, or which cancellation. */
export type Notice = { recipient: string; about: string; text: string };

/** A template by its name, with what belongs into it; a value that differs by language is given in both. */
export type FilledTemplate = { name: string; variables: Record<string, string | Name> };

/** A message that is to be sent. `template`: what it says, in any language; an older version of us put it into words, `text`, itself. */
export type NoticeToSend = Omit<Notice, 'text'> & { template?: FilledTemplate; text?: string };

/** A message that was sent, `text` being what was. `channel`: how, where it is not the one of the whole answer. */
export type SentNotice = Notice & { channel?: string };

/** Requests that somebody makes of one actor. */
export type Commands = {
  /**
   * `answerBy`: after this time nobody waits for an answer, so the order must not be established any more; except with `payLater`: then,
   * where the payment system is busy, it waits to be paid.
   */
  PlaceOrder: {
    orderId: string;
    customerId: string;
    storeId: string;
    lines: OrderLine[];
    billingKey: string;
    answerBy: number;
    payLater?: boolean;
  };
  /**
   * `payBy`: where the provider is busy, the charge may be put off until then. `answerTo`: where it may not, who waits for the order, to be
   * told at once that the provider is busy and nothing is charged.
   */
  AuthorizePayment: {
    orderId: string;
    customerId: string;
    amountWon: number;
    billingKey: string;
    answerBy: number;
    payBy?: number;
    answerTo?: string;
  };
  VoidPayment: { orderId: string };
  RefundPayment: { orderId: string; reason: string };
  AcceptOrder: { orderId: string };
  RefuseOrder: { orderId: string; reason: string };
  FinishCooking: { orderId: string };
  ClaimDelivery: { orderId: string; riderId: string };
  PickUpDelivery: { orderId: string };
  CompleteDelivery: { orderId: string };
  CancelOrder: { orderId: string; reason: string };
  /** `until`: what must not have happened yet, default `departed`. */
  StopDelivery: { orderId: string; attempt: number; until?: CancelUntil };
};

/** Facts. Each goes to every actor that handles it, and to the journal. */
export type Events = {
  /** The payment is to be decided by `answerBy`. */
  OrderReceived: OrderDetails & { answerBy: number };
  PaymentApproved: { orderId: string; amountWon: number; paymentKey: string };
  PaymentDeclined: { orderId: string } & Refusal;
  PaymentBusy: { orderId: string; retryAfterMs: number };
  /** The provider is busy or broken, and the customer pays later. */
  PaymentDeferred: { orderId: string; payBy: number; retryAfterMs: number };
  PaymentUnknown: { orderId: string };
  PaymentVoided: { orderId: string; amountWon: number };
  PaymentRefunded: { orderId: string; amountWon: number };
  /** It waits to be paid, and does not stand. The store does not know of it. */
  OrderDeferred: { orderId: string; customerId: string; storeId: string; totalWon: number; payBy: number };
  OrderPlaced: OrderDetails & { service: Service };
  OrderRejected: { orderId: string; customerId: string; storeId: string } & Refusal;
  OrderAccepted: { orderId: string; customerId: string; prepMs: number };
  StoreRefused: { orderId: string; reason: string };
  OrderRefused: { orderId: string; customerId: string; reason: string };
  OrderCooked: { orderId: string; customerId: string; storeName: Name; rideMs: number };
  RiderAssigned: { orderId: string; customerId: string; riderId: string };
  DeliveryDeparted: { orderId: string; customerId: string; riderId: string };
  DeliveryCompleted: { orderId: string; customerId: string; riderId: string };
  /** `attempt` counts the cancellations of one order, so that a late fact never reopens a settled one. */
  OrderCancelling: { orderId: string; customerId: string; attempt: number; reason: string };
  DeliveryStopped: { orderId: string; attempt: number };
  /** `status`: what the rider knows to have happened already. */
  DeliveryNotStopped: { orderId: string; attempt: number; status?: OrderStatus };
  CancelRefused: { orderId: string; customerId: string; attempt: number; status: OrderStatus; reason: string };
  OrderCancelled: { orderId: string; customerId: string; attempt: number; refundedWon: number };
  NotificationSent: { orderId: string; channel: string } & Notice;
  /** Not about an order: whoever stands between us and a partner leaves it alone for a moment, tries again, or trusts it again. */
  BreakerChanged: { partner: string; state: 'open' | 'half-open' | 'closed'; reason: string };
  /**
   * Not about an order: a message could not be handled, and people are to decide on it. `letterId` follows from the rest, so that a
   * letter told twice is one. `messageId`, `type`, `orderId`: where the body says so; `actor`: whose queue it is, where there is one.
   * `cause`: what lies behind the reason; `firstAt`: when it failed first; both where they are known. `at`: when it was given up.
   */
  MessageBuried: {
    letterId: string;
    queue: string;
    actor?: string;
    messageId?: string;
    type?: string;
    orderId?: string;
    reason: string;
    cause?: string;
    attempts: number;
    firstAt?: number;
    at: number;
    body: string;
  };
  /** Somebody sent the messages of these dead letters on their way again. */
  LettersRedriven: { letterIds: string[] };
  /** Somebody decided that nothing will come of these dead letters. */
  LettersDiscarded: { letterIds: string[]; reason: string };
};

/** What an actor tells itself to do later. */
export type Timers = {
  /** `tries`: how often it was put off; one that belongs to an earlier time does nothing. */
  ChargeDue: { orderId: string; tries: number };
  SettlementDue: { orderId: string; tries: number };
  StoreDeadlinePassed: { orderId: string };
  CookingDone: { orderId: string };
  PickupDone: { orderId: string };
  RideDone: { orderId: string };
};

/** What comes back from a partner outside, to the actor that asked. */
export type Answers = {
  /** `tries`: as the charge had it, so that an old answer is not taken for a new one. */
  ChargeAnswered: { orderId: string; tries: number } & (
    | { outcome: 'approved'; amountWon: number; paymentKey: string }
    | ({ outcome: 'declined' } & Refusal)
    | { outcome: 'busy'; retryAfterMs: number }
    | { outcome: 'unknown' }
  );
  /**
   * `closed`: no money is kept and none can be taken any more; `amountWon` is what was captured and given back. `absent`: the provider
   * knew of no charge at this look, and one may be on its way. `pending`: it could not be asked.
   */
  VoidAnswered: { orderId: string } & (
    | { outcome: 'closed'; amountWon: number }
    | { outcome: 'absent'; look: number }
    | { outcome: 'pending' }
  );
  RefundAnswered: { orderId: string } & ({ outcome: 'refunded'; amountWon: number } | { outcome: 'pending' });
  NotifyAnswered: { orderId: string; channel: string; notices: SentNotice[] };
};

/** What an actor may ask of a partner outside. The answer to `X` is `XAnswered`. */
export type Calls = {
  /** It is not sent after `answerBy`. `tries`: how often it was put off; then nobody waits for it at the counter, and others go first. */
  Charge: {
    orderId: string;
    customerId: string;
    amountWon: number;
    billingKey: string;
    answerBy: number;
    tries: number;
  };
  /** `look` counts how often it was looked for, so that an old answer is not taken for a new one. */
  Void: { orderId: string; look: number };
  /** `paymentKey`: the provider's name for the charge, where it is known. */
  Refund: { orderId: string; amountWon: number; reason: string; paymentKey?: string };
  Notify: { orderId: string; notices: NoticeToSend[] };
};

export type Messages = Commands & Events & Timers & Answers;
export type MessageType = keyof Messages;
export type EventType = keyof Events;
export type CallType = keyof Calls;
/** The events that are about an order. */
export type OrderEventType = {
  [T in EventType]: Events[T] extends { orderId: string } ? T : never;
}[EventType];

const every = <T extends string>(names: Record<T, true>) => Object.keys(names) as T[];

/** The names of all commands, all events and all timers; the compiler refuses a list that lacks one. */
export const commandTypes = every<keyof Commands>({
  PlaceOrder: true,
  AuthorizePayment: true,
  VoidPayment: true,
  RefundPayment: true,
  AcceptOrder: true,
  RefuseOrder: true,
  FinishCooking: true,
  ClaimDelivery: true,
  PickUpDelivery: true,
  CompleteDelivery: true,
  CancelOrder: true,
  StopDelivery: true,
});

export const eventTypes = every<EventType>({
  OrderReceived: true,
  PaymentApproved: true,
  PaymentDeclined: true,
  PaymentBusy: true,
  PaymentDeferred: true,
  PaymentUnknown: true,
  PaymentVoided: true,
  PaymentRefunded: true,
  OrderDeferred: true,
  OrderPlaced: true,
  OrderRejected: true,
  OrderAccepted: true,
  StoreRefused: true,
  OrderRefused: true,
  OrderCooked: true,
  RiderAssigned: true,
  DeliveryDeparted: true,
  DeliveryCompleted: true,
  OrderCancelling: true,
  DeliveryStopped: true,
  DeliveryNotStopped: true,
  CancelRefused: true,
  OrderCancelled: true,
  NotificationSent: true,
  BreakerChanged: true,
  MessageBuried: true,
  LettersRedriven: true,
  LettersDiscarded: true,
});

export const timerTypes = every<keyof Timers>({
  ChargeDue: true,
  SettlementDue: true,
  StoreDeadlinePassed: true,
  CookingDone: true,
  PickupDone: true,
  RideDone: true,
});
