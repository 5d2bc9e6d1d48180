import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { PaymentProvider } from './psp.ts';

export type GuardOptions = {
  /** The clock, epoch milliseconds. */
  now(): number;
  /** How long one request may take, milliseconds, default 3000. Then its outcome is unknown. */
  deadlineMs?: number;
  /** Faults in a row that open the breaker, default 5. */
  faultsToOpen?: number;
  /** How long the breaker stays open before one request tries again, milliseconds, default 2000. */
  openMs?: number;
  /** Requests at once, default 128, and how many more may wait for one of those places, default 512. */
  limit?: number;
  queue?: number;
  /** Told when the breaker opens, half-opens or closes. */
  onBreaker?(state: 'closed' | 'half-open' | 'open'): void;
};

/** The calls of a payment provider, each with a deadline of its own. `again`: it may have been made before. */
export type GuardedPsp = {
  [C in keyof PaymentProvider]: (
    request: Parameters<PaymentProvider[C]>[0],
    again: boolean,
  ) => ReturnType<PaymentProvider[C]>;
};

/**
 * A payment provider that may be slow, broken or overloaded, made safe to ask: outermost a bulkhead, then a breaker, then a
 * deadline (aggressive, since a hung half-open probe would hang every caller). Turned away by the first two, a charge is
 * `busy`; out of the third it is `unknown`. Only faults count: a declined card is a provider that works.
 *
 * A charge that may have been made before has perhaps landed: turned away now, or asked for too late, it is never `busy` but `unknown`.
 */
export function guardedPsp(provider: PaymentProvider, options: GuardOptions): GuardedPsp {
  const { deadlineMs = 3_000, faultsToOpen = 5, openMs = 2_000, limit = 128, queue = 512, onBreaker } = options;
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(faultsToOpen) });
  breaker.onStateChange((state) => {
    if (state === CircuitState.Open) onBreaker?.('open');
    else if (state === CircuitState.HalfOpen) onBreaker?.('half-open');
    else if (state === CircuitState.Closed) onBreaker?.('closed');
  });
  const policy = wrap(bulkhead(limit, queue), breaker, timeout(deadlineMs, TimeoutStrategy.Aggressive));
  const guarded =
    <Request, Answer>(ask: (request: Request, signal: AbortSignal) => Promise<Answer>) =>
    (request: Request): Promise<Answer> =>
      // With a signal of its own: all calls without one would leave their listeners on the one that cockatiel shares.
      policy.execute(({ signal }) => ask(request, signal), new AbortController().signal);

  const charge = guarded(provider.charge);
  return {
    charge: async (request, again) => {
      const { orderId, answerBy } = request;
      if (again && options.now() > answerBy) return { orderId, outcome: 'unknown' };
      try {
        return await charge(request);
      } catch (error) {
        const turnedAway = error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError;
        if (turnedAway && !again) return { orderId, outcome: 'busy', retryAfterMs: openMs };
        return { orderId, outcome: 'unknown' };
      }
    },
    void: guarded(provider.void),
    refund: guarded(provider.refund),
  };
}
