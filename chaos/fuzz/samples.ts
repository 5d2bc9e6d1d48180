import type { Messages } from '../../src/actors/messages.ts';

const name = { ko: '국수집', en: 'Noodle Bar' };

/** Every message that there is, as it may well be said of an order. The compiler asks for those that come to be. */
export function samplesOf(orderId: string, now: number): Messages {
  const about = { orderId };
  const who = { ...about, customerId: 'kim' };
  const lines = [{ itemId: 'udon', quantity: 1 }];
  const priced = [{ itemId: 'udon', quantity: 1, name, priceWon: 7_700 }];
  const details = { ...who, storeId: 'noodle-bar', storeName: name, lines: priced, totalWon: 7_700 };
  const service = { autoAccept: true, prepMs: 1_000, rideMs: 1_000 };
  const refusal = { code: 'busy', reason: 'later' };
  const answerBy = now + 10_000;
  return {
    PlaceOrder: { ...who, storeId: 'noodle-bar', lines, billingKey: 'card-kim', answerBy },
    AuthorizePayment: { ...who, amountWon: 7_700, billingKey: 'card-kim', answerBy, answerTo: 'kim/1' },
    VoidPayment: about,
    RefundPayment: { ...about, reason: 'why not' },
    AcceptOrder: about,
    RefuseOrder: { ...about, reason: 'why not' },
    FinishCooking: about,
    ClaimDelivery: { ...about, riderId: 'han' },
    PickUpDelivery: about,
    CompleteDelivery: about,
    CancelOrder: { ...about, reason: 'why not' },
    StopDelivery: { ...about, attempt: 1 },
    OrderReceived: { ...details, answerBy },
    PaymentApproved: { ...about, amountWon: 7_700, paymentKey: 'pay-1' },
    PaymentDeclined: { ...about, ...refusal },
    PaymentBusy: { ...about, retryAfterMs: 100 },
    PaymentDeferred: { ...about, payBy: answerBy, retryAfterMs: 100 },
    PaymentUnknown: about,
    PaymentVoided: { ...about, amountWon: 0 },
    PaymentRefunded: { ...about, amountWon: 7_700 },
    OrderDeferred: { ...who, storeId: 'noodle-bar', totalWon: 7_700, payBy: answerBy },
    OrderPlaced: { ...details, service },
    OrderRejected: { ...who, storeId: 'noodle-bar', ...refusal },
    OrderAccepted: { ...who, prepMs: 1_000 },
    StoreRefused: { ...about, reason: 'why not' },
    OrderRefused: { ...who, reason: 'why not' },
    OrderCooked: { ...who, storeName: name, rideMs: 1_000 },
    RiderAssigned: { ...who, riderId: 'han' },
    DeliveryDeparted: { ...who, riderId: 'han' },
    DeliveryCompleted: { ...who, riderId: 'han' },
    OrderCancelling: { ...who, attempt: 1, reason: 'why not' },
    DeliveryStopped: { ...about, attempt: 1 },
    DeliveryNotStopped: { ...about, attempt: 1, status: 'on-the-way' },
    CancelRefused: { ...who, attempt: 1, status: 'on-the-way', reason: 'why not' },
    OrderCancelled: { ...who, attempt: 1, refundedWon: 7_700 },
    NotificationSent: { ...about, channel: 'console', recipient: 'kim', about: 'placed', text: 'hello' },
    BreakerChanged: { partner: 'payment-provider', state: 'closed', reason: 'why not' },
    MessageBuried: { letterId: `letter-${orderId}`, queue: 'q', reason: 'why not', attempts: 0, at: now, body: '{}' },
    LettersRedriven: { letterIds: [`letter-${orderId}`] },
    LettersDiscarded: { letterIds: [`letter-${orderId}`], reason: 'why not' },
    ChargeDue: { ...about, tries: 1 },
    SettlementDue: { ...about, tries: 1 },
    StoreDeadlinePassed: about,
    CookingDone: about,
    PickupDone: about,
    RideDone: about,
    ChargeAnswered: { ...about, tries: 0, outcome: 'unknown' },
    VoidAnswered: { ...about, outcome: 'pending' },
    RefundAnswered: { ...about, outcome: 'pending' },
    NotifyAnswered: { ...about, channel: 'console', notices: [] },
  };
}
