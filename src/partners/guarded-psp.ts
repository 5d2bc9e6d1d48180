import { BrokenCircuitError, BulkheadRejectedError, bulkhead, CircuitState, type IPolicy, wrap } from 'cockatiel';
import type { Call } from '../actors/actor.ts';
import type { Answers, Calls } from '../actors/messages.ts';
import { reasonOf } from '../errors.ts';
import { type BreakerState, breakerOf, deadlineOf } from './breaker.ts';
import { Headroom, NoRoom } from './headroom.ts';
import type { PaymentProvider } from './psp.ts';
import { PspFault, PspOverloaded } from './psp-errors.ts';

export type GuardOptions = {
  /** The clock, epoch milliseconds. It may jump. */
  now(): number;
  /** A clock that never jumps, milliseconds since any moment; default this process's. */
  elapsed?(): number;
  /** From 0 up to 1: spreads the times at which those come again who were turned away together. Default `Math.random`. */
  random?(): number;
  /** How long one request may take, its repetitions included, milliseconds, default 3000. Then its outcome is unknown. */
  deadlineMs?: number;
  /** Faults in a row that open the breaker, default 5. */
  faultsToOpen?: number;
  /** How long the breaker stays open before one request tries again, milliseconds, default 1000. */
  openMs?: number;
  /** Charges at once, default 128, and how many more may wait for one of those places, default 512. */
  limit?: number;
  queue?: number;
  /** Charges that were put off, at once, default 8: they come back a few at a time, and never crowd out those at the counter. */
  putOffLimit?: number;
  /** Told when the breaker opens, half-opens or closes, and why. */
  onBreaker?(state: BreakerState, why: string): void;
  /** Told of a request that did not get through, in a sentence; of an overload once, however many it turns away. */
  onFault?(orderId: string, reason: string): void;
};

/** The calls of a payment provider as the payment actor makes them. None throws. `again`: it may have been made before. */
export type GuardedPsp = {
  charge(request: Calls['Charge'], again: boolean): Promise<Answers['ChargeAnswered']>;
  /**
   * What a charge that was never made would be answered now, where the provider would not even be asked; else undefined. It takes no place: of
   * several for which there is room, as many as there is room for get through, and the others are turned away by the call.
   */
  turnsAway(call: Call): Answers['ChargeAnswered'] | undefined;
  /** How long who would be turned away now should wait, milliseconds; else undefined. */
  busyForMs(): number | undefined;
  void(request: Calls['Void']): Promise<Answers['VoidAnswered']>;
  refund(request: Calls['Refund']): Promise<Answers['RefundAnswered']>;
};

/** Voids and refunds at once, and how many more may wait. What is turned away is put off. */
const settlementLimit = 32;
const settlementQueue = 512;

/** Its time was up before its turn came. */
class TooLate extends Error {}

/**
 * A payment provider that may be slow, broken or overloaded, made safe to ask: outermost a bulkhead, then a breaker, then a
 * deadline (aggressive, since a hung half-open probe would hang every caller). A charge that was turned away, or that the provider certainly
 * did not make, is `busy`; one of which nobody knows is `unknown`. Only faults count: a declined card is a provider that works, and one that
 * says that it is overloaded is asked for less (see headroom.ts), not for nothing.
 *
 * A charge that may have been made before has perhaps landed: turned away now, or asked for too late, it is never `busy` but `unknown`.
 */
export function guardedPsp(provider: PaymentProvider, options: GuardOptions): GuardedPsp {
  const { now, elapsed = () => performance.now(), deadlineMs = 3_000, faultsToOpen = 5, openMs = 1_000 } = options;
  const { random = Math.random, limit = 128, queue = 512, putOffLimit = 8, onBreaker, onFault } = options;
  const { policy: breaker, openForMs } = breakerOf({
    faultsToOpen,
    openMs,
    elapsed,
    isFault: (error) => !(error instanceof PspOverloaded),
    onState: (state, fault) => onBreaker?.(state, saying[state](fault)),
  });
  const inTime = wrap(breaker, deadlineOf(deadlineMs));
  const lanes = {
    counter: bulkhead(limit, queue),
    putOff: bulkhead(putOffLimit, 0),
    settlement: bulkhead(settlementLimit, settlementQueue),
  };
  const headroom = new Headroom(elapsed);
  /** The last void or refund was turned away by an overloaded provider, and that has been told. */
  let settlementsWait = false;

  /** Whether the breaker lets nobody through. Cockatiel lets the others wait for the one that tries; they are turned away at once instead. */
  const isBroken = () =>
    breaker.state === CircuitState.HalfOpen || (breaker.state === CircuitState.Open && openForMs() > 0);

  /** Why the provider is not even asked just now. */
  const away = () => (isBroken() ? new BrokenCircuitError() : headroom.full());

  const asked = <T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (isBroken()) throw new BrokenCircuitError();
    // With a signal of its own: all calls without one would leave their listeners on the one that cockatiel shares.
    return inTime.execute(({ signal }) => ask(signal), new AbortController().signal);
  };

  const charge = (request: Calls['Charge'], lane: IPolicy) =>
    lane.execute(() => {
      if (now() > request.answerBy) throw new TooLate();
      return headroom.within(() => asked((signal) => provider.charge(request, signal)));
    });

  /** How long somebody who was turned away should wait, milliseconds; one to two times what it takes, so that they do not come back together. */
  const retryAfterMs = (error: unknown): number => {
    const takesMs =
      error instanceof NoRoom
        ? error.forMs
        : error instanceof PspOverloaded
          ? error.retryAfterMs
          : openForMs() || openMs;
    return Math.ceil(Math.max(shortestWaitMs, takesMs) * (1 + random()));
  };

  const busy = ({ orderId, tries }: Calls['Charge'], error: unknown): Answers['ChargeAnswered'] => ({
    orderId,
    tries,
    outcome: 'busy',
    retryAfterMs: retryAfterMs(error),
  });

  /** A void or a refund that did not get through has to be tried again. */
  const settled = async <T>(orderId: string, ask: (signal: AbortSignal) => Promise<T>) => {
    try {
      const done = await lanes.settlement.execute(() => asked(ask));
      settlementsWait = false;
      return done;
    } catch (error) {
      const isOverload = error instanceof PspOverloaded;
      if (!isTurnedAway(error) && !(isOverload && settlementsWait)) onFault?.(orderId, reasonOf(error));
      settlementsWait ||= isOverload;
      return { orderId, outcome: 'pending' as const };
    }
  };

  return {
    charge: async (request, again) => {
      const { orderId, tries } = request;
      const about = { orderId, tries };
      try {
        return { ...about, ...(await charge(request, tries > 0 ? lanes.putOff : lanes.counter)) };
      } catch (error) {
        const turnedAway = isTurnedAway(error);
        const isKnown = error instanceof PspOverloaded && !headroom.isNews(error);
        if (!turnedAway && !isKnown) onFault?.(orderId, reasonOf(error));
        const certainlyNot = turnedAway || (error instanceof PspFault && !error.maybeDone);
        if (again || !certainlyNot) return { ...about, outcome: 'unknown' };
        return busy(request, error);
      }
    },
    turnsAway: ({ type, request }) => {
      if (type !== 'Charge') return undefined; // voids and refunds wait until they get through
      const why = away();
      return why && busy(request, why);
    },
    busyForMs: () => {
      const why = away();
      return why && retryAfterMs(why);
    },
    void: (request) => settled(request.orderId, (signal) => provider.void(request, signal)),
    refund: (request) => settled(request.orderId, (signal) => provider.refund(request, signal)),
  };
}

const shortestWaitMs = 500;

const isTurnedAway = (error: unknown): boolean =>
  [BrokenCircuitError, BulkheadRejectedError, NoRoom, TooLate].some((type) => error instanceof type);

const saying: Record<BreakerState, (fault: unknown) => string> = {
  open: (fault) => `Nobody pays for a moment. The last fault: ${reasonOf(fault)}`,
  'half-open': () => 'One request tries.',
  closed: () => 'The payment provider works again.',
};
