import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kitchen } from '../../src/actors/kitchen/kitchen.ts';
import { rider } from '../../src/actors/rider/rider.ts';
import type { CancelUntil } from '../../src/actors/rules.ts';
import { byHand, given, meal, message, pace } from './given.ts';

const about = { orderId: 'o1' };
const from = { replyTo: 'owner' };
const accept = () => message('AcceptOrder', about, from);
const refuse = () => message('RefuseOrder', { ...about, reason: 'out of chicken' }, from);
const finish = () => message('FinishCooking', about, from);
const cooking = message('CookingDone', about);
const deadline = message('StoreDeadlinePassed', about);
const stop = (attempt = 1) => message('StopDelivery', { ...about, attempt });
const stopped = message('DeliveryStopped', { ...about, attempt: 1 });
const claim = (riderId = 'choi') => message('ClaimDelivery', { ...about, riderId }, from);
const pickUp = () => message('PickUpDelivery', about, from);
const deliver = () => message('CompleteDelivery', about, from);

test('a kitchen on autopilot accepts at once and cooks as long as the slowest dish takes', () => {
  given(kitchen(pace)).when(meal.placed()).sends('OrderAccepted').sets(['CookingDone', 900_000]);
  given(kitchen(pace), meal.placed()).when(cooking).sends('OrderCooked');
});

test('the autopilot runs as many times as fast as it is told', () => {
  given(kitchen({ ...pace, speed: 600 }))
    .when(meal.placed())
    .sets(['CookingDone', 1_500]);
  given(kitchen({ ...pace, speed: Number.POSITIVE_INFINITY }))
    .when(meal.placed())
    .sets(['CookingDone', 0]);
});

test('a store that works by hand has until its deadline to answer', () => {
  given(kitchen(pace)).when(meal.placed(false)).sends().sets(['StoreDeadlinePassed', 300_000]);
  given(kitchen(byHand)).when(meal.placed(true)).sends().sets(['StoreDeadlinePassed', 300_000]);
  given(kitchen(byHand), meal.placed()).when(deadline).sends('StoreRefused');
  given(kitchen(byHand), meal.placed(), accept()).when(deadline).changesNothing();
});

test('an owner accepts, cooks, and is told so', () => {
  given(kitchen(byHand), meal.placed())
    .when(accept())
    .sends('OrderAccepted')
    .sets()
    .answers({ to: 'owner', with: { outcome: 'done', status: 'accepted' } });
  given(kitchen(byHand), meal.placed(), accept())
    .when(finish())
    .sends('OrderCooked')
    .answers({ to: 'owner', with: { outcome: 'done', status: 'cooked' } });
});

test('doing a step again is answered alike and done once', () => {
  given(kitchen(byHand), meal.placed(), accept())
    .when(accept())
    .sends()
    .answers({ to: 'owner', with: { outcome: 'done' } });
  given(kitchen(byHand), meal.placed(), accept(), finish())
    .when(finish())
    .sends()
    .answers({ to: 'owner', with: { outcome: 'done' } });
});

test('an owner refuses what is not on the stove yet', () => {
  given(kitchen(byHand), meal.placed())
    .when(refuse())
    .sends('StoreRefused')
    .saying('StoreRefused', { reason: 'out of chicken' });
  given(kitchen(byHand), meal.placed(), accept())
    .when(refuse())
    .sends()
    .answers({ to: 'owner', with: { outcome: 'refused', code: 'wrong-status' } });
});

test('a step for an order that the kitchen does not have is refused', () => {
  given(kitchen(byHand))
    .when(accept())
    .sends()
    .answers({ to: 'owner', with: { outcome: 'refused', code: 'no-such-order' } });
});

test('a stopped delivery turns the stove off, or keeps it from ever being lit', () => {
  given(kitchen(pace), meal.placed(), stopped).when(cooking).changesNothing();
  given(kitchen(pace), stopped).when(meal.placed()).changesNothing();
});

test('a rider on autopilot is assigned, picks up and delivers', () => {
  const actor = rider(pace);
  given(actor).when(meal.cooked()).sends('RiderAssigned').sets(['PickupDone', 120_000]);
  const pickedUp = message('PickupDone', about);
  given(actor, meal.cooked()).when(pickedUp).sends('DeliveryDeparted').sets(['RideDone', 600_000]);
  given(actor, meal.cooked(), pickedUp).when(message('RideDone', about)).sends('DeliveryCompleted').sets();
});

test('a rider by hand claims, picks up and delivers', () => {
  const actor = rider(byHand);
  given(actor).when(meal.cooked()).sends().sets();
  given(actor, meal.cooked()).when(claim()).sends('RiderAssigned').saying('RiderAssigned', { riderId: 'choi' }).sets();
  given(actor, meal.cooked(), claim())
    .when(pickUp())
    .sends('DeliveryDeparted')
    .answers({ to: 'owner', with: { outcome: 'done', status: 'on-the-way' } });
  given(actor, meal.cooked(), claim(), pickUp())
    .when(deliver())
    .sends('DeliveryCompleted')
    .answers({ to: 'owner', with: { outcome: 'done', status: 'delivered' } });
});

test('one delivery has one rider', () => {
  given(rider(byHand), meal.cooked(), claim('choi'))
    .when(claim('park'))
    .sends()
    .answers({ to: 'owner', with: { outcome: 'refused', code: 'wrong-status' } });
});

test('the rider stops a delivery that has not left, also one that it has not heard of', () => {
  const actor = rider(byHand);
  for (const before of [[], [meal.cooked()], [meal.cooked(), claim()]])
    given(actor, ...before)
      .when(stop())
      .sends('DeliveryStopped');
  given(actor, stop()).when(meal.cooked()).changesNothing();
  given(actor, meal.cooked(), claim(), stop())
    .when(pickUp())
    .sends()
    .answers({ to: 'owner', with: { outcome: 'refused' } });
});

test('the rider does not stop a delivery that has left', () => {
  given(rider(byHand), meal.cooked(), claim(), pickUp())
    .when(stop(2))
    .sends('DeliveryNotStopped')
    .saying('DeliveryNotStopped', { attempt: 2 });
});

test('the same order always gets the same rider on autopilot', () => {
  const riderOf = () => given(rider(pace), meal.cooked()).state.riderId;
  assert.is(riderOf(), riderOf());
  assert.match(riderOf(), /^rider-(0[1-9]|1[0-2])$/);
});

test('until accepted or cooked, the rider refuses as soon as that has happened', () => {
  const stopUntil = (until: CancelUntil) => message('StopDelivery', { ...about, attempt: 1, until });
  const steps = [meal.accepted(), meal.cooked(), meal.assigned()];
  given(rider(byHand)).when(stopUntil('accepted')).sends('DeliveryStopped');
  given(rider(byHand), meal.accepted())
    .when(stopUntil('accepted'))
    .sends('DeliveryNotStopped')
    .saying('DeliveryNotStopped', { status: 'accepted' });
  given(rider(byHand), meal.accepted()).when(stopUntil('cooked')).sends('DeliveryStopped');
  for (const until of ['accepted', 'cooked'] as const)
    given(rider(byHand), ...steps)
      .when(stopUntil(until))
      .sends('DeliveryNotStopped')
      .saying('DeliveryNotStopped', { status: 'cooked' });
  given(rider(byHand), ...steps)
    .when(stopUntil('departed'))
    .sends('DeliveryStopped');
});

test('a meal whose acceptance is heard of after it was cooked or stopped is no further back for it', () => {
  given(rider(byHand), meal.cooked()).when(meal.accepted()).changesNothing();
  given(rider(byHand), stop()).when(meal.accepted()).changesNothing();
});

test.run();
