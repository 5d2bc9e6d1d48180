import { BrokenCircuitError, CircuitState } from 'cockatiel';
import { Pool } from 'undici';
import { type BreakerState, breakerOf } from '../partners/breaker.ts';
import { type Answer, exchange, type Question } from './exchange.ts';
import { NotServed, ServiceAway } from './not-served.ts';

export type UpstreamOptions = {
  /** The route's id and where its service is. */
  id: string;
  uri: string;
  /** Milliseconds to reach it, and from then on until it begins to answer. */
  connectMs: number;
  responseMs: number;
  /** Milliseconds without a byte after which an answer that has begun is given up. */
  silenceMs: number;
  /** Faults in a row that open the breaker, and milliseconds until one request tries again. */
  faultsToOpen: number;
  openMs: number;
  /** A clock that never jumps, milliseconds. */
  elapsed(): number;
  onState(state: BreakerState, lastFault: unknown): void;
};

/** The service behind a route: its connections, and a breaker that spares it and its callers while it is away. */
export class Upstream {
  state: BreakerState = 'closed';
  private readonly pool: Pool;
  private readonly breaker: ReturnType<typeof breakerOf>;

  constructor(options: UpstreamOptions) {
    const { uri, connectMs, responseMs, silenceMs, onState } = options;
    this.pool = new Pool(new URL(uri).origin, {
      // As many connections as requests: a stream holds one for as long as it goes on, and must not keep others waiting.
      connections: null,
      pipelining: 1,
      headersTimeout: responseMs,
      bodyTimeout: silenceMs,
      // `localhost` may be ::1 and 127.0.0.1, and the service may listen on one of them only.
      connect: { timeout: connectMs, autoSelectFamily: true },
    });
    this.breaker = breakerOf({
      ...options,
      // Who goes away while it is being tried has found out nothing, so the breaker stays open.
      isFault: (error) => error instanceof ServiceAway || this.state === 'half-open',
      onState: (state, lastFault) => {
        this.state = state;
        onState(state, lastFault);
      },
    });
  }

  /**
   * Asks the service, unless its breaker is open.
   * @throws as `exchange`, and {NotServed} 503 at once where the breaker is open
   */
  async ask(question: Question, signal: AbortSignal): Promise<Answer> {
    const { policy } = this.breaker;
    // Cockatiel lets the others wait for the one that tries; they are turned away at once instead.
    if (policy.state === CircuitState.HalfOpen) throw this.isOpen();
    try {
      return await policy.execute(() => exchange(this.pool, question, signal), signal);
    } catch (error) {
      throw error instanceof BrokenCircuitError ? this.isOpen(error) : error;
    }
  }

  /** Cuts what is left of its connections. */
  close(): Promise<void> {
    return this.pool.destroy();
  }

  private isOpen(cause?: unknown): NotServed {
    const retryAfterMs = Math.ceil(Math.max(this.breaker.openForMs(), 1_000));
    const message = `The service behind this path is away. Nothing was sent to it. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`;
    return new NotServed(503, 'service-away', message, { retryAfterMs, cause });
  }
}
