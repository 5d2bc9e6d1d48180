import type { Answers, Calls, CallType, Commands, Events, Messages, MessageType, Timers } from './messages.ts';
import type { Refusal, RefusalCode } from './refusals.ts';

/** A message as a handler sees it. */
export type Message<T extends MessageType = MessageType> = {
  [K in T]: {
    id: string;
    type: K;
    data: Messages[K];
    /** When the host took it in hand, epoch milliseconds: the only clock an actor has. */
    at: number;
    /** Where somebody waits for an answer to it. */
    replyTo?: string;
    /** Where somebody waits, and it is known that nobody who pays gets through now: milliseconds until they may. */
    busyForMs?: number;
  };
}[T];

/** What somebody who made a request is told in the end. */
export type Answer =
  | { outcome: 'done'; orderId: string; status: string; totalWon?: number }
  | ({ outcome: 'refused'; orderId: string } & Refusal);

/** A message that an actor lets out. Effects travel in the order they are given. */
export type Effect =
  | { kind: 'send'; type: keyof (Commands & Events); data: Messages[MessageType] }
  | { kind: 'later'; type: keyof Timers; data: Messages[MessageType]; afterMs: number }
  | { kind: 'answer'; to: string; data: Answer };

/** One request to a partner outside. It runs after the state is safe; its answer comes back as `<type>Answered`. */
export type Call = { [T in CallType]: { type: T; request: Calls[T] } }[CallType];

/** What handling one message comes to. */
export type Step<S> = { state: S; effects: Effect[]; call?: Call };

/**
 * One actor: what it is called, how each of its instances (one an order) starts, and what it does on each message.
 * The table is the subscription. Handlers are pure: no I/O, clock or randomness, any message, in any order, any number of times.
 */
export type Actor<S> = {
  name: string;
  start: S;
  on: { [T in MessageType]?: (state: S, message: Message<T>) => Step<S> };
};

/** Nothing changes; perhaps something is said again. */
export const stay = <S>(state: S, ...effects: Effect[]): Step<S> => ({ state, effects });

/** The instance goes on as `state`, and `effects` go out. */
export const become = <S>(state: S, ...effects: Effect[]): Step<S> => ({ state, effects });

/** The same step, with a request to a partner. */
export const calling = <S>(step: Step<S>, call: Call): Step<S> => ({ ...step, call });

export const send = <T extends keyof (Commands & Events)>(type: T, data: Messages[T]): Effect => ({
  kind: 'send',
  type,
  data,
});

/** Tells this same actor instance `type` after `afterMs` milliseconds, though the process may die meanwhile. */
export const later = <T extends keyof Timers>(afterMs: number, type: T, data: Timers[T]): Effect => ({
  kind: 'later',
  type,
  data,
  afterMs,
});

/** Answers whoever waits at `to`; nobody waiting, nothing said. */
export const answer = (to: string | undefined, data: Answer): Effect[] =>
  to === undefined ? [] : [{ kind: 'answer', to, data }];

export const refused = (orderId: string, code: RefusalCode, reason: string): Answer => ({
  outcome: 'refused',
  orderId,
  code,
  reason,
});
export const done = (orderId: string, status: string, totalWon?: number): Answer => ({
  outcome: 'done',
  orderId,
  status,
  ...(totalWon !== undefined && { totalWon }),
});

/** Hands one message to an actor. A message it has no handler for changes nothing. */
export function receive<S>(actor: Actor<S>, state: S, message: Message): Step<S> {
  const handler = actor.on[message.type] as ((state: S, message: Message) => Step<S>) | undefined;
  return handler ? handler(state, message) : stay(state);
}

/** The answer type that belongs to a call. */
export const answerTo = <T extends CallType>(type: T) => `${type}Answered` as `${T}Answered` & keyof Answers;

/**
 * The services outside that actors may call. Each is called at least once for a call and must make the repeat harmless;
 * a refusal is an answer, and what is thrown is a fault: the call is repeated later, unless the error says `retry: false`. Whoever did not
 * even ask, as its breaker is open, throws an error that says so (`PutOff`): then it is put off, which uses no attempt up.
 * A call ends by a deadline of its own. `again`: it may have been made before, and then it may have succeeded.
 *
 * `turnsAway`: the answer to a call that was never made, where it is known without asking anybody, as while a breaker is open. It then
 * belongs to the same step as the call. Undefined where the call has to be made, which may be turned away all the same.
 * `busyForMs`: how long a charge that is asked for now should wait instead, where it would be turned away. Every request comes with it.
 */
export type Partners = { [T in CallType]: (request: Calls[T], again: boolean) => Promise<Answers[`${T}Answered`]> } & {
  turnsAway?(call: Call): Answers[keyof Answers] | undefined;
  busyForMs?(): number | undefined;
};
