import { waysForward } from '../../src/actors/messages.ts';
import type { CancelUntil } from '../../src/actors/rules.ts';
import { type Broken, eventsOf, filesOf, type Invariant, stateOf } from './evidence.ts';

/** What an order, and its delivery, must not have been when it was cancelled, by what the house allows. Not taken from the actors. */
const tooFar: Record<CancelUntil, { order: string; delivery: readonly string[] }> = {
  accepted: { order: 'accepted', delivery: ['expected', 'waiting', 'assigned', 'riding', 'delivered'] },
  cooked: { order: 'cooked', delivery: ['waiting', 'assigned', 'riding', 'delivered'] },
  departed: { order: 'on-the-way', delivery: ['riding', 'delivered'] },
};

/**
 * Nothing is cancelled later than the house allows: neither by the order actor, which may not know yet how far it has come, nor by the rider
 * actor, which decides.
 */
export const cancelledInTime: Invariant = ({ platform }) => {
  const { cancelUntil } = platform.rules;
  const { order, delivery } = tooFar[cancelUntil];
  const tooLate = waysForward.slice(waysForward.indexOf(order as 'placed')) as readonly string[];
  const broken = (what: string): Broken => ({
    rule: 'cancelled-in-time',
    sentence: `${what}, and it is too late once an order has ${cancelUntil}.`,
  });
  const late = (actor: string, to: string, from: readonly string[], what: string) =>
    filesOf(platform, actor).flatMap(({ histories }) =>
      [...histories].flatMap(([orderId, history]) =>
        history.flatMap((status, i) =>
          status === to && from.includes(history[i - 1]!) ? [broken(`${what} of ${orderId} as ${history[i - 1]}`)] : [],
        ),
      ),
    );
  return [
    ...late('order', 'cancelling', tooLate, 'The order actor let go'),
    ...late('rider', 'stopped', delivery, 'The rider actor let go'),
  ];
};

/** No order is taken, nor placed, after the time by which its customer was to hear of it. Judged where every clock is right. */
export const decidedInTime: Invariant = (evidence) => {
  if (!evidence.platform.clocksAreRight) return [];
  const asked = new Map(evidence.people.requests.asked.map(({ id, answerBy }) => [id, answerBy]));
  return evidence.people.orderIds.flatMap((orderId) => {
    const broken: Broken[] = [];
    const mustBeBy = (by: number, at: number, what: string) => {
      if (at > by) broken.push({ rule: 'decided-in-time', sentence: `${orderId} was ${what} ${at - by} ms too late.` });
    };
    const events = eventsOf(evidence, orderId);
    const received = events.find(({ type }) => type === 'OrderReceived');
    const placed = events.find(({ type }) => type === 'OrderPlaced');
    if (received) mustBeBy(asked.get(received.cause!) ?? Number.NEGATIVE_INFINITY, received.at, 'taken');
    if (received && placed) mustBeBy(Number(received.data['answerBy']), placed.at, 'placed');
    return broken;
  });
};

/** What is not to be delivered is not cooked any longer, in whichever order the kitchen heard of it. */
export const stoveIsOff: Invariant = (evidence) =>
  evidence.people.orderIds.flatMap((orderId) => {
    if (!eventsOf(evidence, orderId).some(({ type }) => type === 'DeliveryStopped')) return [];
    const status = String(stateOf(evidence, 'kitchen', orderId)?.['status']);
    if (status === 'stopped' || status === 'refused') return [];
    return [
      { rule: 'stove-is-off', sentence: `${orderId} is not to be delivered, and the kitchen has it as ${status}.` },
    ];
  });
