import { isOver } from '../../src/actors/order/order-state.ts';
import { type Broken, type Evidence, type Invariant, stateOf, statusOf } from './evidence.ts';

/** What the other actors must not be left in, once everything is at rest. */
const underWay: Record<string, RegExp> = {
  payment: /^(authorizing|deferred|voiding|refunding)$/,
  kitchen: /^(waiting|cooking)$/,
  rider: /^(waiting|assigned|riding)$/,
};

/** Every order that anybody has heard of ends. */
export const ordersEnd: Invariant = (evidence) =>
  evidence.people.orderIds.flatMap((orderId) => {
    const status = statusOf(evidence, orderId);
    if (status !== 'none' && !isOver(status))
      return [{ rule: 'orders-end', sentence: `${orderId} has come to rest as ${status}, which is no end.` }];
    return Object.entries(underWay).flatMap(([actor, pattern]) => stillUnderWay(evidence, actor, pattern, orderId));
  });

function stillUnderWay(evidence: Evidence, actor: string, pattern: RegExp, orderId: string): Broken[] {
  const status = String(stateOf(evidence, actor, orderId)?.['status'] ?? 'none');
  if (!pattern.test(status)) return [];
  return [{ rule: 'orders-end', sentence: `${orderId} is over, and the ${actor} actor still has it as ${status}.` }];
}

/** Codes of answers that say that an order was never established and never will be. */
const neverEstablished = /^(busy|expired|payment-unknown|REJECT_CARD_COMPANY|ALREADY_CANCELED_PAYMENT)$/;

/** What people were told is so. */
export const answersAreTrue: Invariant = (evidence) =>
  evidence.people.requests.asked.flatMap(({ type, orderId, content, answer }): Broken[] => {
    if (!answer) return [];
    const status = statusOf(evidence, orderId);
    const placed = evidence.platform.broker.journal.some((one) => one.key === orderId && one.type === 'OrderPlaced');
    const broken = (what: string) => [{ rule: 'answers-are-true', sentence: `Somebody was told that ${what}` }];
    if (type === 'PlaceOrder' && answer.outcome === 'done') {
      if (answer.status !== 'payment-deferred' && !placed)
        return broken(`${orderId} is ${answer.status}, and it was never placed.`);
      const request = stateOf(evidence, 'order', orderId)?.['request'] as { lines: object } | undefined;
      if (JSON.stringify(request?.lines) !== content) return broken(`${orderId} stands, with other content.`);
    }
    if (type === 'PlaceOrder' && answer.outcome === 'refused' && neverEstablished.test(answer.code) && placed)
      return broken(`${orderId} does not stand (${answer.code}), and it was placed.`);
    if (type === 'CancelOrder' && answer.outcome === 'refused' && answer.code === 'no-such-order' && placed)
      return broken(`${orderId} will not be placed any more, and it was.`);
    if (type === 'CancelOrder' && answer.outcome === 'done' && status !== 'cancelled')
      return broken(`${orderId} is cancelled, and it is ${status}.`);
    if (type === 'CancelOrder' && answer.outcome === 'refused' && answer.code === 'too-late' && status === 'cancelled')
      return broken(`it is too late to cancel ${orderId}, and it is cancelled.`);
    return [];
  });

/** An order has so many waiting for one decision; those before them have long given up. */
const mostWaiting = 16;

/**
 * Whoever asks when nothing goes wrong any more, and waits, is answered; whatever goes wrong, everybody is whose request was taken in hand,
 * though perhaps too late, or with nobody hearing it; and no list has anybody left on it.
 */
export const everybodyIsAnswered: Invariant = (evidence) => {
  const broken = (sentence: string): Broken => ({ rule: 'everybody-is-answered', sentence });
  const { owedAnAnswer } = evidence.people.requests;
  const { owed, given } = evidence.platform.broker;
  const timesAsked = (orderId: string) => [...owed.values()].filter((one) => one === orderId).length;
  return [
    ...owedAnAnswer
      .filter(({ answer }) => !answer)
      .map(({ type, orderId }) => broken(`Somebody asked for ${type} of ${orderId}, and nobody answered.`)),
    ...[...owed]
      .filter(([replyTo, orderId]) => !given.has(replyTo) && timesAsked(orderId) <= mostWaiting)
      .map(([, orderId]) => broken(`Somebody asked about ${orderId}, was taken in hand, and was never answered.`)),
    ...evidence.people.orderIds
      .filter((orderId) => (stateOf(evidence, 'order', orderId)?.['waiting'] as string[] | undefined)?.length)
      .map((orderId) => broken(`Somebody still waits to hear of ${orderId}, which is ${statusOf(evidence, orderId)}.`)),
  ];
};

/** Who asks when all is calm is told how things are. */
export const whoAsksIsTold: Invariant = (evidence) =>
  evidence.people.askedAtLast.flatMap(({ orderId, answer, content }) => {
    const status = statusOf(evidence, orderId);
    const broken = (what: string) => [{ rule: 'who-asks-is-told', sentence: `${orderId} is ${status}, and ${what}` }];
    if (!answer) return broken('who asked at the end was told nothing.');
    const request = stateOf(evidence, 'order', orderId)?.['request'] as { lines: object } | undefined;
    const isMine = JSON.stringify(request?.lines) === content;
    if (!isMine) return answer.outcome === 'refused' ? [] : broken('was taken for another order.');
    if (answer.outcome === 'done') return answer.status === status ? [] : broken(`is said to be ${answer.status}.`);
    return ['rejected', 'refused', 'cancelled'].includes(status) ? [] : broken(`is said to be ${answer.code}.`);
  });
