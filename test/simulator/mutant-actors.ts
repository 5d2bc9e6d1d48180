import type { Tamper } from '../../simulator/platform.ts';
import { type Actor, type Message, receive, type Step } from '../../src/actors/actor.ts';
import type { MessageType } from '../../src/actors/messages.ts';

type State = Record<string, unknown>;
type Handle = (state: State, message: Message) => Step<State>;

/** The platform with one actor of which a mistake is made whatever it handles. `right`: what the actor would have done. */
const withActor =
  (name: string, mistake: (right: Handle) => Handle): Tamper =>
  (parts) => ({
    ...parts,
    actors: parts.actors.map((actor) => (actor.name === name ? mistaken(actor as Actor<State>, mistake) : actor)),
  });

function mistaken(actor: Actor<State>, mistake: (right: Handle) => Handle): Actor<unknown> {
  const handle = mistake((state, message) => receive(actor, state, message));
  const on = Object.fromEntries((Object.keys(actor.on) as MessageType[]).map((type) => [type, handle]));
  return { ...actor, on } as Actor<unknown>;
}

/** Whoever asks this actor for this hears nothing. */
export const neverAnswers = (name: string, request: MessageType): Tamper =>
  withActor(name, (right) => (state, message) => {
    const step = right(state, message);
    if (message.type !== request) return step;
    return { ...step, effects: step.effects.filter(({ kind }) => kind !== 'answer') };
  });

/** Only one is told how the cancellation went: the others have been forgotten. */
export const forgetsWhoElseWaits = withActor('order', (right) => (state, message) => {
  const step = right(state, message);
  const waiting = step.state['waiting'] as string[];
  return waiting.length < 2 ? step : { ...step, state: { ...step.state, waiting: waiting.slice(0, 1) } };
});

/** An order can be placed although somebody was told that it never will be. */
export const forgetsWithdrawals = withActor(
  'order',
  (right) =>
    ({ withdrawn: _, ...state }, message) =>
      right(state, message),
);

/** The clock stands still for the order actor, so that nothing ever is too late. */
export const ignoresDeadlines = withActor('order', (right) => (state, message) => right(state, { ...message, at: 0 }));

/** An order can be cancelled until its rider has left, whatever the house says. */
export const ignoresTheHouse = withActor(
  'rider',
  (right) => (state, message) =>
    right(
      state,
      message.type === 'StopDelivery' ? { ...message, data: { ...message.data, until: 'departed' } } : message,
    ),
);

/** The kitchen does not hear that an order is cancelled. */
export const cooksOn = withActor(
  'kitchen',
  (right) => (state, message) => (message.type === 'DeliveryStopped' ? { state, effects: [] } : right(state, message)),
);

/** The owner hears of a cancellation only where it comes after the order. */
export const sparesTheOwner = withActor('notifier', (right) => (state, message) => {
  if (message.type !== 'OrderPlaced') return right(state, message);
  const told = (state['told'] as string[]).filter((name) => !name.endsWith(':cancelled'));
  const step = right({ ...state, told }, message);
  return {
    ...step,
    state: { ...step.state, told: [...(state['told'] as string[]), ...(step.state['told'] as string[])] },
  };
});
