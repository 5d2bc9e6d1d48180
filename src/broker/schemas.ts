import { z } from 'zod';
import { type Messages, type MessageType, orderStatuses } from '../actors/messages.ts';
import { cancelLimits } from '../actors/rules.ts';

const text = z.string().max(2_000);
const id = z.string().min(1).max(200);
const won = z.int().nonnegative();
const ms = z.number().nonnegative();
const time = z.int();
const name = z.object({ ko: text, en: text });
const line = { itemId: id, quantity: z.int().positive().max(99) };
const about = { orderId: id };
const customer = { orderId: id, customerId: id };
const refusal = { code: id, reason: text, retryAfterMs: ms.optional() };
const notice = { recipient: id, about: id, text };
const attempt = z.int().positive();
const tries = z.int().nonnegative();
const details = {
  ...customer,
  storeId: id,
  storeName: name,
  lines: z.array(z.object({ ...line, name, priceWon: won })),
  totalWon: won,
};

/** What the data of each message looks like on the wire. The compiler holds each against its type in the catalogue. */
export const schemas: { [T in MessageType]: z.ZodType<Messages[T]> } = {
  PlaceOrder: z.object({
    ...customer,
    storeId: id,
    // Shape only: what quantities and carts may be ordered is the order actor's to say, in a sentence.
    lines: z.array(z.object({ itemId: id, quantity: z.number() })).max(1_000),
    billingKey: id,
    answerBy: time,
    payLater: z.boolean().optional(),
  }),
  AuthorizePayment: z.object({
    ...customer,
    amountWon: won,
    billingKey: id,
    answerBy: time,
    payBy: time.optional(),
    answerTo: z.string().optional(), // as an envelope's `replyTo`
  }),
  VoidPayment: z.object(about),
  RefundPayment: z.object({ ...about, reason: text }),
  AcceptOrder: z.object(about),
  RefuseOrder: z.object({ ...about, reason: text }),
  FinishCooking: z.object(about),
  ClaimDelivery: z.object({ ...about, riderId: id }),
  PickUpDelivery: z.object(about),
  CompleteDelivery: z.object(about),
  CancelOrder: z.object({ ...about, reason: text }),
  StopDelivery: z.object({ ...about, attempt, until: z.enum(cancelLimits).optional() }),

  OrderReceived: z.object({ ...details, answerBy: time }),
  PaymentApproved: z.object({ ...about, amountWon: won, paymentKey: id }),
  PaymentDeclined: z.object({ ...about, ...refusal }),
  PaymentBusy: z.object({ ...about, retryAfterMs: ms }),
  PaymentDeferred: z.object({ ...about, payBy: time, retryAfterMs: ms }),
  PaymentUnknown: z.object(about),
  PaymentVoided: z.object({ ...about, amountWon: won }),
  PaymentRefunded: z.object({ ...about, amountWon: won }),
  OrderDeferred: z.object({ ...customer, storeId: id, totalWon: won, payBy: time }),
  OrderPlaced: z.object({ ...details, service: z.object({ autoAccept: z.boolean(), prepMs: ms, rideMs: ms }) }),
  OrderRejected: z.object({ ...customer, storeId: id, ...refusal }),
  OrderAccepted: z.object({ ...customer, prepMs: ms }),
  StoreRefused: z.object({ ...about, reason: text }),
  OrderRefused: z.object({ ...customer, reason: text }),
  OrderCooked: z.object({ ...customer, storeName: name, rideMs: ms }),
  RiderAssigned: z.object({ ...customer, riderId: id }),
  DeliveryDeparted: z.object({ ...customer, riderId: id }),
  DeliveryCompleted: z.object({ ...customer, riderId: id }),
  OrderCancelling: z.object({ ...customer, attempt, reason: text }),
  DeliveryStopped: z.object({ ...about, attempt }),
  DeliveryNotStopped: z.object({ ...about, attempt, status: z.enum(orderStatuses).optional() }),
  CancelRefused: z.object({ ...customer, attempt, status: z.enum(orderStatuses), reason: text }),
  OrderCancelled: z.object({ ...customer, attempt, refundedWon: won }),
  NotificationSent: z.object({ ...about, channel: id, ...notice }),
  BreakerChanged: z.object({ partner: id, state: z.enum(['open', 'half-open', 'closed']), reason: text }),
  MessageBuried: z.object({
    letterId: id,
    queue: text,
    actor: id.optional(),
    messageId: id.optional(),
    type: id.optional(),
    orderId: id.optional(),
    reason: text,
    cause: text.optional(),
    attempts: tries,
    firstAt: time.optional(),
    at: time,
    body: z.string(),
  }),
  LettersRedriven: z.object({ letterIds: z.array(id) }),
  LettersDiscarded: z.object({ letterIds: z.array(id), reason: text }),

  ChargeDue: z.object({ ...about, tries }),
  SettlementDue: z.object({ ...about, tries }),
  StoreDeadlinePassed: z.object(about),
  CookingDone: z.object(about),
  PickupDone: z.object(about),
  RideDone: z.object(about),

  ChargeAnswered: z.union([
    z.object({ ...about, tries, outcome: z.literal('approved'), amountWon: won, paymentKey: id }),
    z.object({ ...about, tries, outcome: z.literal('declined'), ...refusal }),
    z.object({ ...about, tries, outcome: z.literal('busy'), retryAfterMs: ms }),
    z.object({ ...about, tries, outcome: z.literal('unknown') }),
  ]),
  VoidAnswered: z.union([
    z.object({ ...about, outcome: z.literal('closed'), amountWon: won }),
    z.object({ ...about, outcome: z.literal('absent'), look: tries }),
    z.object({ ...about, outcome: z.literal('pending') }),
  ]),
  RefundAnswered: z.union([
    z.object({ ...about, outcome: z.literal('refunded'), amountWon: won }),
    z.object({ ...about, outcome: z.literal('pending') }),
  ]),
  NotifyAnswered: z.object({
    ...about,
    channel: id,
    notices: z.array(z.object({ ...notice, channel: id.optional() })),
  }),
};
