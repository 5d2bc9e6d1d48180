import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message } from '../../src/actors/actor.ts';
import type { NoticeToSend } from '../../src/actors/messages.ts';
import { notifier } from '../../src/actors/notifier/notifier.ts';
import { render } from '../../src/actors/notifier/texts.ts';
import { given, meal, message } from './given.ts';

const actor = notifier;
const asked = (step: { call?: { type: string; request: unknown } }) =>
  (step.call?.request as { notices: NoticeToSend[] } | undefined)?.notices ?? [];

test('a placed order is told to the customer and to the owner of the store', () => {
  const notices = asked(given(actor).when(meal.placed()).calls('Notify').step);
  assert.equal(
    notices.map(({ recipient, about }) => [recipient, about]),
    [
      ['kim', 'placed'],
      ['owner:chicken', 'placed'],
    ],
  );
  assert.match(render(notices[0]!.template!, 'en')!, /Chicken House.*Fried ×2.*38,000 won.*o1/);
  assert.match(render(notices[1]!.template!, 'ko')!, /새 주문 o1: .*×2 · 38,000원/);
});

const who = { orderId: 'o1', customerId: 'kim' };
const changes: [string, Message][] = [
  ['rejected', message('OrderRejected', { ...who, storeId: 'chicken', code: 'x', reason: 'No.' })],
  ['accepted', meal.accepted()],
  ['refused', message('OrderRefused', { ...who, reason: 'closed' })],
  ['cooked', meal.cooked()],
  ['assigned', meal.assigned()],
  ['on-the-way', meal.departed()],
  ['delivered', meal.completed()],
  ['cancelling', message('OrderCancelling', { ...who, attempt: 1, reason: 'x' })],
  ['cancel-refused', message('CancelRefused', { ...who, attempt: 1, status: 'on-the-way', reason: 'x' })],
  ['cancelled', message('OrderCancelled', { ...who, attempt: 1, refundedWon: 38_000 })],
];
for (const [about, change] of changes)
  test(`the customer is told once that an order is ${about}`, () => {
    assert.equal(
      asked(given(actor).when(change).step).map((notice) => [notice.recipient, notice.about]),
      [['kim', about]],
    );
    given(actor, change).when(change).changesNothing();
  });

test('the owner who was told of an order is told that it is cancelled', () => {
  const cancelled = message('OrderCancelled', { ...who, attempt: 1, refundedWon: 38_000 });
  assert.equal(
    asked(given(actor, meal.placed()).when(cancelled).step).map((notice) => [notice.recipient, notice.about]),
    [
      ['kim', 'cancelled'],
      ['owner:chicken', 'cancelled'],
    ],
  );
});

test('the owner hears of a cancellation also where it was heard of before the order', () => {
  const cancelled = message('OrderCancelled', { ...who, attempt: 1, refundedWon: 38_000 });
  assert.equal(
    asked(given(actor, cancelled).when(meal.placed()).step).map((notice) => [notice.recipient, notice.about]),
    [
      ['kim', 'placed'],
      ['owner:chicken', 'placed'],
      ['owner:chicken', 'cancelled'],
    ],
  );
  given(actor, cancelled, meal.placed()).when(cancelled).changesNothing();
});

test('a second cancellation is news again', () => {
  const first = message('OrderCancelling', { ...who, attempt: 1, reason: 'x' });
  const second = message('OrderCancelling', { ...who, attempt: 2, reason: 'x' });
  assert.is(asked(given(actor, first).when(second).step)[0]?.about, 'cancelling-2');
});

test('a message that was sent becomes a fact, one for each person', () => {
  const notices = [
    { recipient: 'kim', about: 'placed', text: 'a' },
    { recipient: 'owner:chicken', about: 'placed', text: 'b' },
  ];
  given(actor, meal.placed())
    .when(message('NotifyAnswered', { orderId: 'o1', channel: 'console', notices }))
    .sends('NotificationSent', 'NotificationSent')
    .saying('NotificationSent', { orderId: 'o1', channel: 'console', recipient: 'kim', about: 'placed', text: 'a' });
});

test.run();
