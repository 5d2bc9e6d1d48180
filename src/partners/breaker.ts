import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  type FailureReason,
  handleWhen,
  type IBackoff,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';

/** The partners that have a breaker, as the journal and the telemetry call them. */
export const paymentProvider = 'payment-provider';
export const kakaotalk = 'kakaotalk';

export type BreakerState = 'closed' | 'half-open' | 'open';

export type BreakerOptions = {
  faultsToOpen: number;
  openMs: number;
  /** Which errors are faults of the service. */
  isFault(error: unknown): boolean;
  /** A clock that never jumps, milliseconds. */
  elapsed(): number;
  onState(state: BreakerState, lastFault: unknown): void;
};

/** Cockatiel's breaker: opens after so many faults in a row, and closes when the one request that then tries gets through. */
export function breakerOf({ faultsToOpen, openMs, isFault, elapsed, onState }: BreakerOptions) {
  let openedAt = 0;
  let lastFault: unknown;
  const openForMs = () => Math.max(0, openedAt + openMs - elapsed());
  // Cockatiel compares this with the clock of the day, which may jump. So it is all or nothing, and a clock that never jumps decides.
  const untilProbe: IBackoff<unknown> = {
    get duration() {
      return openForMs() > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    },
    next: () => untilProbe,
  };
  const policy = circuitBreaker(handleWhen(isFault), {
    halfOpenAfter: untilProbe,
    breaker: new ConsecutiveBreaker(faultsToOpen),
  });
  policy.onFailure(({ reason }: { reason: FailureReason<unknown> }) => {
    if ('error' in reason) lastFault = reason.error;
  });
  policy.onStateChange((state) => {
    if (state === CircuitState.Open) openedAt = elapsed();
    const name = { [CircuitState.Open]: 'open', [CircuitState.HalfOpen]: 'half-open', [CircuitState.Closed]: 'closed' };
    if (state !== CircuitState.Isolated) onState(name[state] as BreakerState, lastFault);
  });
  return { policy, openForMs };
}

/**
 * Ends each request after so many milliseconds, whether or not it minds its signal: one that hangs must not keep a breaker half open. After an
 * answer nobody listens to the signal any more, and an abort, which takes a stack trace, is spared.
 */
export const deadlineOf = (ms: number) => timeout(ms, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });
