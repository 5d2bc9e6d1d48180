import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { order } from '../../src/actors/order/order.ts';
import { cancelLimits, houseRules } from '../../src/actors/rules.ts';
import { given, meal, menu, message, noon } from './given.ts';

const actor = order(menu, houseRules);
const stopped = (attempt = 1) => message('DeliveryStopped', { orderId: 'o1', attempt });
const notStopped = (attempt = 1) => message('DeliveryNotStopped', { orderId: 'o1', attempt });

test('an order asks for its money first and tells nobody that it stands', () => {
  given(actor)
    .when(meal.place())
    .sends('OrderReceived', 'AuthorizePayment')
    .saying('AuthorizePayment', { amountWon: 38_000, billingKey: 'card' })
    .answers();
});

test('while nobody gets through who pays, an order is turned away before the payment is asked for', () => {
  const atTheDoor = (message: ReturnType<typeof meal.place>) => ({ ...message, busyForMs: 2_000 });
  given(actor)
    .when(atTheDoor(meal.place()))
    .sends('OrderReceived', 'OrderRejected')
    .saying('OrderRejected', { code: 'busy', retryAfterMs: 2_000 })
    .answers({ to: 'asker', with: { outcome: 'refused', code: 'busy', retryAfterMs: 2_000 } });
  given(actor, atTheDoor(meal.place()))
    .when(meal.place({}, 'again'))
    .sends()
    .answers({ to: 'again', with: { outcome: 'refused', code: 'busy' } });
  given(actor)
    .when(atTheDoor(meal.place({ payLater: true })))
    .sends('OrderReceived', 'AuthorizePayment');
  given(actor, meal.place())
    .when({ ...meal.approved(), busyForMs: 2_000 })
    .sends('OrderPlaced');
  const wrong = atTheDoor(meal.place({ lines: [{ itemId: 'wings', quantity: 1 }] }));
  given(actor)
    .when(wrong)
    .answers({ to: 'asker', with: { outcome: 'refused', code: 'sold-out' } });
});

test('whoever is busy is to tell the one who waits, except where the customer pays later', () => {
  given(actor).when(meal.place()).saying('AuthorizePayment', { answerTo: 'asker', payBy: undefined });
  given(actor)
    .when(meal.place({ payLater: true }))
    .saying('AuthorizePayment', { answerTo: undefined, payBy: noon + houseRules.payLaterForMs });
  const unasked = message('PlaceOrder', meal.place().data);
  given(actor).when(unasked).saying('AuthorizePayment', { answerTo: undefined });
});

test('an order stands once it is paid, and whoever placed it hears so', () => {
  given(actor, meal.place())
    .when(meal.approved())
    .sends('OrderPlaced')
    .saying('OrderPlaced', { totalWon: 38_000, service: { autoAccept: true, prepMs: 900_000, rideMs: 600_000 } })
    .answers({ to: 'asker', with: { outcome: 'done', status: 'placed', totalWon: 38_000 } });
});

test('a payment that is approved twice establishes the order once', () => {
  given(actor, meal.place(), meal.approved()).when(meal.approved()).changesNothing();
});

test('a declined payment rejects the order with its reason', () => {
  const declined = message('PaymentDeclined', { orderId: 'o1', code: 'NO_MONEY', reason: 'No money.' });
  given(actor, meal.place())
    .when(declined)
    .sends('OrderRejected')
    .answers({ to: 'asker', with: { outcome: 'refused', code: 'NO_MONEY', reason: 'No money.' } });
});

test('a busy payment system turns the order away and says when to come back', () => {
  given(actor, meal.place())
    .when(message('PaymentBusy', { orderId: 'o1', retryAfterMs: 2_000 }))
    .sends('OrderRejected')
    .answers({ to: 'asker', with: { outcome: 'refused', code: 'busy', retryAfterMs: 2_000 } });
});

test('a payment whose outcome nobody knows does not establish the order', () => {
  given(actor, meal.place())
    .when(message('PaymentUnknown', { orderId: 'o1' }))
    .sends('OrderRejected')
    .answers({ to: 'asker', with: { outcome: 'refused', code: 'payment-unknown' } });
});

test('an approval that comes after the rejection is given back', () => {
  given(actor, meal.place(), message('PaymentUnknown', { orderId: 'o1' }))
    .when(meal.approved())
    .sends('VoidPayment');
});

test('an order that is read after its deadline is rejected and never charged', () => {
  given(actor)
    .when(meal.place({ answerBy: noon - 1 }))
    .sends('OrderRejected')
    .answers({ to: 'asker', with: { outcome: 'refused', code: 'expired' } });
});

test('an approval that is read after the deadline rejects the order and gives the money back', () => {
  given(actor, meal.place())
    .when(meal.approved(noon + 10_001))
    .sends('OrderRejected', 'VoidPayment');
});

const wrong: [string, Parameters<typeof meal.place>[0], string][] = [
  ['an unknown store', { storeId: 'nowhere' }, 'unknown-store'],
  ['an unknown item', { lines: [{ itemId: 'caviar', quantity: 1 }] }, 'unknown-item'],
  ['a sold-out item', { lines: [{ itemId: 'wings', quantity: 1 }] }, 'sold-out'],
  ['an empty cart', { lines: [] }, 'empty-cart'],
  ['a quantity of zero', { lines: [{ itemId: 'fried', quantity: 0 }] }, 'bad-quantity'],
  ['a negative quantity', { lines: [{ itemId: 'fried', quantity: -1 }] }, 'bad-quantity'],
  ['half a dish', { lines: [{ itemId: 'fried', quantity: 0.5 }] }, 'bad-quantity'],
  ['a huge quantity', { lines: [{ itemId: 'fried', quantity: 100 }] }, 'bad-quantity'],
  [
    'a huge quantity spread over lines',
    {
      lines: [
        { itemId: 'fried', quantity: 60 },
        { itemId: 'fried', quantity: 60 },
      ],
    },
    'bad-quantity',
  ],
];
for (const [what, content, code] of wrong)
  test(`${what} is turned down and nothing is charged`, () => {
    given(actor)
      .when(meal.place(content))
      .sends('OrderRejected')
      .answers({ to: 'asker', with: { outcome: 'refused', code } });
  });

test('a typing mistake in a store or an item gets a suggestion', () => {
  given(actor)
    .when(meal.place({ storeId: 'chiken' }))
    .saying('OrderRejected', { reason: 'There is no store "chiken". Did you mean "chicken"? See `baedal menu`.' });
});

test('an item named twice is one line of the order', () => {
  given(actor)
    .when(
      meal.place({
        lines: [
          { itemId: 'fried', quantity: 1 },
          { itemId: 'fried', quantity: 2 },
        ],
      }),
    )
    .saying('AuthorizePayment', { amountWon: 57_000 });
});

test('placing the same order again is the same order', () => {
  given(actor, meal.place(), meal.approved())
    .when(meal.place({}, 'asker again'))
    .sends()
    .answers({ to: 'asker again', with: { outcome: 'done', status: 'placed', totalWon: 38_000 } });
});

test('placing it again while the payment is undecided waits for the same decision', () => {
  given(actor, meal.place(), meal.place({}, 'second'))
    .when(meal.approved())
    .answers({ to: 'asker', with: { outcome: 'done' } }, { to: 'second', with: { outcome: 'done' } });
});

test('the same cart in another order of lines is the same order', () => {
  const cart = [
    { itemId: 'fried', quantity: 1 },
    { itemId: 'cola', quantity: 2 },
  ];
  given(actor, meal.place({ lines: cart }), meal.approved())
    .when(meal.place({ lines: cart.toReversed() }))
    .answers({ to: 'asker', with: { outcome: 'done' } });
});

test('the same id with another content is refused and changes nothing', () => {
  const before = given(actor, meal.place(), meal.approved());
  const after = before.when(meal.place({ lines: [{ itemId: 'cola', quantity: 1 }] }));
  after.sends().answers({ to: 'asker', with: { outcome: 'refused', code: 'id-in-use' } });
  assert.is(after.step.state, before.state);
});

test('a rejected order placed again hears the same reason', () => {
  given(actor, meal.place({ storeId: 'nowhere' }))
    .when(meal.place({ storeId: 'nowhere' }, 'again'))
    .sends()
    .answers({ to: 'again', with: { outcome: 'refused', code: 'unknown-store' } });
});

test('an order moves forward whatever the order of what it hears, and never back', () => {
  const { state, when } = given(actor, meal.place(), meal.approved(), meal.cooked());
  assert.is(state.status, 'cooked');
  when(meal.accepted()).changesNothing();
  assert.is(given(actor, meal.place(), meal.approved(), meal.completed(), meal.departed()).state.status, 'delivered');
});

test('before the departure a cancellation locks the order and asks the rider', () => {
  const cancelled = given(actor, meal.place(), meal.approved(), meal.accepted()).when(meal.cancel());
  cancelled.sends('OrderCancelling', 'StopDelivery').answers();
  assert.is(cancelled.step.state.status, 'cancelling');
});

test('a stopped delivery gives the money back, and only then is the order cancelled', () => {
  const asked = [meal.place(), meal.approved(), meal.cancel()];
  given(actor, ...asked)
    .when(stopped())
    .sends('RefundPayment')
    .answers();
  given(actor, ...asked, stopped())
    .when(meal.refunded())
    .sends('OrderCancelled')
    .saying('OrderCancelled', { refundedWon: 38_000 })
    .answers({ to: 'canceller', with: { outcome: 'done', status: 'cancelled' } });
});

test('a departed delivery refuses the cancellation and gives the order its status back', () => {
  const { step } = given(actor, meal.place(), meal.approved(), meal.cooked(), meal.cancel(), meal.departed())
    .when(notStopped())
    .sends('CancelRefused')
    .saying('CancelRefused', { status: 'on-the-way', attempt: 1 })
    .answers({ to: 'canceller', with: { outcome: 'refused', code: 'too-late' } });
  assert.is(step.state.status, 'on-the-way');
});

test('what arrives late of a settled cancellation does not touch the next one', () => {
  const again = [meal.place(), meal.approved(), meal.cancel(), notStopped(1), meal.cancel('second')];
  assert.is(given(actor, ...again).state.attempt, 2);
  given(actor, ...again)
    .when(notStopped(1))
    .changesNothing();
  given(actor, ...again)
    .when(stopped(1))
    .changesNothing();
});

test('cancelling twice is one cancellation that both hear of', () => {
  given(actor, meal.place(), meal.approved(), meal.cancel(), meal.cancel('second'), stopped())
    .when(meal.refunded())
    .answers({ to: 'canceller', with: { outcome: 'done' } }, { to: 'second', with: { outcome: 'done' } });
});

test('a cancellation while the payment is undecided takes the money back, whatever becomes of it', () => {
  given(actor, meal.place())
    .when(meal.cancel())
    .sends('OrderCancelling', 'VoidPayment')
    .answers({ to: 'asker', with: { outcome: 'refused', code: 'cancelled' } });
  given(actor, meal.place(), meal.cancel()).when(meal.approved()).changesNothing();
  given(actor, meal.place(), meal.cancel())
    .when(message('PaymentVoided', { orderId: 'o1', amountWon: 38_000 }))
    .sends('OrderCancelled')
    .answers({ to: 'canceller', with: { outcome: 'done', status: 'cancelled' } });
});

test('a cancellation of an order that nobody knows is refused, and holds if the order comes later', () => {
  given(actor)
    .when(meal.cancel())
    .answers({ to: 'canceller', with: { outcome: 'refused', code: 'no-such-order' } });
  given(actor, meal.cancel())
    .when(meal.place())
    .sends('OrderRejected')
    .answers({ to: 'asker', with: { outcome: 'refused', code: 'cancelled' } });
});

test('a delivered order can no longer be cancelled', () => {
  given(actor, meal.place(), meal.approved(), meal.completed())
    .when(meal.cancel())
    .sends()
    .answers({ to: 'canceller', with: { outcome: 'refused', code: 'too-late' } });
});

test('an order that the store refuses is refused and its money goes back', () => {
  const no = message('StoreRefused', { orderId: 'o1', reason: 'closed' });
  given(actor, meal.place(), meal.approved()).when(no).sends('OrderRefused', 'RefundPayment');
  given(actor, meal.place(), meal.approved(), no).when(no).changesNothing();
});

test('a refusal while a cancellation is under way gives the money back only once', () => {
  const no = message('StoreRefused', { orderId: 'o1', reason: 'closed' });
  given(actor, meal.place(), meal.approved(), meal.cancel()).when(no).changesNothing();
});

const deferred = () => message('PaymentDeferred', { orderId: 'o1', payBy: noon + 1_800_000, retryAfterMs: 500 });

test('a customer who pays later is told at once that the order waits, and does not stand', () => {
  given(actor)
    .when(meal.place({ payLater: true }))
    .sends('OrderReceived', 'AuthorizePayment')
    .saying('AuthorizePayment', { payBy: noon + houseRules.payLaterForMs });
  const { step } = given(actor, meal.place({ payLater: true }))
    .when(deferred())
    .sends('OrderDeferred')
    .saying('OrderDeferred', { customerId: 'kim', totalWon: 38_000 })
    .answers({ to: 'asker', with: { outcome: 'done', status: 'payment-deferred' } });
  assert.is(step.state.status, 'payment-deferred');
  given(actor, meal.place({ payLater: true }), deferred())
    .when(meal.place({ payLater: true }, 'again'))
    .sends()
    .answers({ to: 'again', with: { outcome: 'done', status: 'payment-deferred' } });
});

test('an order that waited to be paid is placed when it is, long after anybody waited at the counter', () => {
  given(actor, meal.place({ payLater: true }), deferred())
    .when(meal.approved(noon + 1_000_000))
    .sends('OrderPlaced');
  given(actor, meal.place({ payLater: true }))
    .when(meal.approved(noon + 1_000_000))
    .sends('OrderPlaced');
  given(actor, meal.place({ payLater: true }), meal.approved())
    .when(deferred())
    .changesNothing();
});

test('an order that waited to be paid in vain is rejected, and a charge that lands after that is voided', () => {
  const expired = message('PaymentDeclined', { orderId: 'o1', code: 'expired', reason: 'Too late.' });
  given(actor, meal.place({ payLater: true }), deferred())
    .when(expired)
    .sends('OrderRejected')
    .saying('OrderRejected', { code: 'expired' });
  given(actor, meal.place({ payLater: true }), deferred())
    .when(meal.approved(noon + houseRules.payLaterForMs + 1))
    .sends('OrderRejected', 'VoidPayment');
  given(actor, meal.place({ payLater: true }), deferred())
    .when(message('PaymentUnknown', { orderId: 'o1' }))
    .sends('OrderRejected')
    .saying('OrderRejected', { code: 'payment-unknown' });
});

test('an order that waits to be paid can be cancelled', () => {
  given(actor, meal.place({ payLater: true }), deferred())
    .when(meal.cancel())
    .sends('OrderCancelling', 'VoidPayment');
});

test('until when an order can be cancelled is for the house to say', () => {
  const steps = [meal.accepted(), meal.cooked(), meal.assigned(), meal.departed()];
  const tooLateAt = { accepted: 1, cooked: 2, departed: 4 };
  for (const cancelUntil of cancelLimits) {
    const strict = order(menu, { ...houseRules, cancelUntil });
    for (let done = 0; done <= steps.length; done++) {
      const asked = given(strict, meal.place(), meal.approved(), ...steps.slice(0, done)).when(meal.cancel());
      if (done < tooLateAt[cancelUntil])
        asked.sends('OrderCancelling', 'StopDelivery').saying('StopDelivery', { until: cancelUntil });
      else asked.sends().answers({ to: 'canceller', with: { outcome: 'refused', code: 'too-late' } });
    }
  }
});

test('a cancellation that the rider refuses says what the rider knows', () => {
  const accepted = message('DeliveryNotStopped', { orderId: 'o1', attempt: 1, status: 'accepted' });
  const { step } = given(actor, meal.place(), meal.approved(), meal.cancel()).when(accepted).sends('CancelRefused');
  assert.is(step.state.status, 'placed');
  const said = step.effects.find((effect) => effect.kind === 'answer');
  assert.match((said!.data as { reason: string }).reason, /is accepted already/);
});

test.run();
