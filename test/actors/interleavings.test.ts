import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Actor, type Call, type Message, receive } from '../../src/actors/actor.ts';
import { kitchen } from '../../src/actors/kitchen/kitchen.ts';
import type { Answers, Calls, Messages, MessageType, Notice } from '../../src/actors/messages.ts';
import { notifier } from '../../src/actors/notifier/notifier.ts';
import { order } from '../../src/actors/order/order.ts';
import { payment } from '../../src/actors/payment/payment.ts';
import { rider } from '../../src/actors/rider/rider.ts';
import { randomFrom } from '../../src/simulation/random.ts';
import { meal, menu, message, noon, pace } from './given.ts';

/** A world in which every message arrives at any time, some of them twice, and the payment provider does what it likes. */
function live(seed: number) {
  const random = randomFrom(seed);
  const chance = (p: number) => random() < p;
  const byHand = chance(0.4);
  const stores = menu.stores.map((store) => ({ ...store, autoAccept: !byHand }));
  // biome-ignore lint/suspicious/noExplicitAny: each actor has a state of its own
  const actors: Actor<any>[] = [order({ stores }), payment, kitchen(pace), rider(pace), notifier('en')];
  const states = actors.map(({ start }) => start);
  const story: string[] = [];
  const facts: { type: string; data: Messages[MessageType] }[] = [];
  const notices: Notice[] = [];
  const money = { captured: 0, refunded: 0, charges: 0, refunds: 0, closed: false };
  const waiting: { to: number; message: Message }[] = [];
  const post = (type: MessageType, data: Messages[MessageType]) => {
    facts.push({ type, data });
    actors.forEach((actor, to) => {
      if (!actor.on[type]) return;
      const one = { to, message: message(type, data as never) as Message };
      waiting.push(one, ...(chance(0.2) ? [one] : []));
    });
    // An owner who works by hand accepts or refuses, or does nothing; what was accepted is cooked in the end.
    const owner = (does: Message) => waiting.push({ to: 2, message: does });
    if (byHand && type === 'OrderPlaced' && chance(0.7)) owner(message('AcceptOrder', { orderId: 'o1' }));
    if (byHand && type === 'OrderPlaced' && chance(0.3))
      owner(message('RefuseOrder', { orderId: 'o1', reason: 'closed' }));
    if (byHand && type === 'OrderAccepted') owner(message('FinishCooking', { orderId: 'o1' }));
  };

  const provider: { [T in keyof Calls]: (request: Calls[T]) => Answers[`${T}Answered`] } = {
    Charge: ({ orderId, amountWon }) => {
      const lands = !money.closed && chance(0.7);
      if (lands) {
        money.charges += money.captured === 0 ? 1 : 0;
        money.captured = amountWon;
      }
      if (chance(0.15)) return { orderId, outcome: 'unknown' }; // whether it landed or not
      if (lands) return { orderId, outcome: 'approved', amountWon, paymentKey: 'p' };
      return chance(0.5)
        ? { orderId, outcome: 'declined', code: 'NO', reason: 'No.' }
        : { orderId, outcome: 'busy', retryAfterMs: 1 };
    },
    Void: ({ orderId }) => {
      money.closed = true;
      money.refunded = money.captured;
      return { orderId, amountWon: money.captured };
    },
    Refund: ({ orderId }) => {
      money.refunds++;
      money.refunded = money.captured;
      return { orderId, amountWon: money.captured };
    },
    Notify: ({ orderId, notices: asked }) => {
      notices.push(...asked);
      return { orderId, channel: 'console', notices: asked };
    },
  };
  const call = ({ type, request }: Call) => (provider[type] as (request: unknown) => Messages[MessageType])(request);

  const place = meal.place();
  waiting.push({ to: 0, message: place }, { to: 0, message: place });
  if (chance(0.6)) waiting.push({ to: 0, message: meal.cancel() });
  if (chance(0.2)) waiting.push({ to: 0, message: meal.cancel('again') });

  while (waiting.length > 0) {
    assert.ok(story.length < 2_000, `seed ${seed} never comes to rest:\n${story.slice(-30).join('\n')}`);
    const [{ to, message: next }] = waiting.splice(Math.floor(random() * waiting.length), 1) as [
      (typeof waiting)[number],
    ];
    story.push(`${next.type} -> ${actors[to]!.name} (${JSON.stringify(states[to])})`);
    const step = receive(actors[to]!, states[to], { ...next, at: noon });
    states[to] = step.state;
    for (const effect of step.effects) {
      if (effect.kind === 'send') post(effect.type, effect.data);
      if (effect.kind === 'later') waiting.push({ to, message: message(effect.type, effect.data as never) as Message });
    }
    if (step.call) {
      const answer = { to, message: message(`${step.call.type}Answered`, call(step.call) as never) as Message };
      waiting.push(answer, ...(chance(0.2) ? [answer] : []));
    }
  }
  return {
    status: states[0].status as string,
    kitchen: states[2].status as string,
    rider: states[3].status as string,
    facts,
    notices,
    money,
    story,
  };
}

test('whatever comes when, and however often, an order ends and its money agrees with its end', () => {
  const seen: Record<string, number> = {};
  for (let seed = 1; seed <= 3_000; seed++) {
    const { status, kitchen, rider, facts, notices, money, story } = live(seed);
    const tale = `seed ${seed}, ${status}:\n${story.join('\n')}`;
    const count = (type: string) => facts.filter((fact) => fact.type === type).length;
    seen[status] = (seen[status] ?? 0) + 1;

    const ends = ['delivered', 'rejected', 'refused', 'cancelled', 'none'];
    assert.ok(ends.includes(status), tale);
    assert.ok(money.charges <= 1 && money.refunds <= 1, tale);
    assert.is(count('DeliveryDeparted') === 1, status === 'delivered', tale);
    assert.ok(
      count('OrderRejected') + count('OrderRefused') + count('OrderCancelled') + count('DeliveryCompleted') <= 1,
      tale,
    );
    if (status === 'cancelled' && count('OrderPlaced') === 1) assert.ok(['stopped', 'refused'].includes(kitchen), tale);
    if (status === 'delivered') {
      assert.equal([money.captured, money.refunded], [38_000, 0], tale);
      assert.is(rider, 'delivered', tale);
    } else {
      assert.is(money.captured, money.refunded, tale);
      assert.not.ok(rider === 'riding' || rider === 'delivered', tale);
    }
    for (const type of [
      'OrderReceived',
      'OrderPlaced',
      'OrderRejected',
      'OrderAccepted',
      'DeliveryDeparted',
      'OrderCancelled',
    ])
      assert.ok(count(type) <= 1, `${type} happened ${count(type)} times; ${tale}`);
    assert.is(count('OrderPlaced') === 1 && status === 'rejected', false, tale);
    const told = notices.map(({ recipient, about }) => `${recipient} ${about}`);
    assert.is(new Set(told).size, told.length, tale);
  }
  for (const end of ['delivered', 'rejected', 'refused', 'cancelled'])
    assert.ok((seen[end] ?? 0) > 50, `${end}: ${seen[end]}`);
});

test.run();
