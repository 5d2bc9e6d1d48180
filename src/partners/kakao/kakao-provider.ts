import { setMaxListeners } from 'node:events';
import { BrokenCircuitError, CircuitState, wrap } from 'cockatiel';
import pRetry from 'p-retry';
import { reasonOf } from '../../errors.ts';
import { type BreakerState, breakerOf, deadlineOf } from '../breaker.ts';
import { Batches, type Waiting } from './batches.ts';
import type { KakaoClient } from './kakao-client.ts';
import { KakaoFault, KakaoOverloaded } from './kakao-errors.ts';
import type { KakaoMessage, Verdict } from './kakao-message.ts';
import { Pace } from './pace.ts';

export type ProviderOptions = {
  /** The clock, epoch milliseconds. */
  now(): number;
  /** Requests a second at most, default 50. What waits meanwhile travels together. */
  ratePerS?: number;
  /** A clock that never jumps, milliseconds; default this process's. */
  elapsed?(): number;
  /** How long one request may take, milliseconds, default 5000. Then its outcome is unknown. */
  deadlineMs?: number;
  /** Faults in a row that open the breaker, default 5. */
  faultsToOpen?: number;
  /** How long the breaker stays open before one request tries again, milliseconds, default 5000. */
  openMs?: number;
  /** Requests with messages that are out at once, default 4: so one that hangs does not hold up all. */
  atOnce?: number;
  /** Told when the breaker opens, half-opens or closes, and why. */
  onBreaker?(state: BreakerState, why: string): void;
};

/** Messages in one request, as the provider takes them. */
const mostMessages = 10_000;
const usualDeadlineMs = 5_000;
/** How often something is tried that certainly was not done. */
const tries = 3;

/** It was not sent in time, or the answer to the request does not name it. */
class NotNamed extends KakaoFault {
  readonly code = 'kakao-not-named';
  readonly retry = true;
  readonly maybeDone = true;
  constructor() {
    super('The message provider did not say what became of the message.');
  }
}

/**
 * The message provider made safe to ask: a breaker, inside it a deadline (aggressive, since a hung half-open probe would hang every caller),
 * and around both a few quick tries of what certainly was not done. Messages that wait at the same time travel in one request.
 */
export class KakaoProvider {
  private readonly closing = new AbortController();
  private readonly requests = new Set<AbortController>();
  private readonly pace: Pace;
  /** The turn of the last of those who look for a message. */
  private looking: Promise<void> = Promise.resolve();
  private readonly batches: Batches<KakaoMessage, Verdict>;
  private readonly guarded: <T>(ask: (signal: AbortSignal) => Promise<T>) => Promise<T>;

  constructor(
    private readonly client: KakaoClient,
    private readonly options: ProviderOptions,
  ) {
    const { ratePerS = 50, elapsed = () => performance.now(), atOnce = 4, onBreaker } = options;
    const { deadlineMs = usualDeadlineMs, faultsToOpen = 5, openMs = 5_000 } = options;
    setMaxListeners(0, this.closing.signal); // one for each that waits
    this.pace = new Pace(ratePerS, elapsed);
    this.batches = new Batches({
      send: (batch) => this.sendAll(batch),
      ready: (waiting) => this.turnFor(waiting),
      most: mostMessages,
      atOnce,
    });
    const { policy: breaker } = breakerOf({
      faultsToOpen,
      openMs,
      elapsed,
      isFault: (error) => !(error instanceof KakaoOverloaded) && !this.closing.signal.aborted,
      onState: (state, fault) => onBreaker?.(state, saying[state](fault)),
    });
    const inTime = wrap(breaker, deadlineOf(deadlineMs));
    this.guarded = (ask) => {
      // Cockatiel lets the others wait for the one that tries; they are turned away at once instead.
      if (breaker.state === CircuitState.HalfOpen) return Promise.reject(new BrokenCircuitError());
      // With a signal of its own: all calls without one would leave their listeners on the one that cockatiel shares.
      return inTime.execute(({ signal }) => ask(signal), new AbortController().signal);
    };
  }

  /**
   * Hands a message over.
   * @throws where it is not known whether the provider has it, unless `certainlyNot` says otherwise of what was thrown
   */
  send = (message: KakaoMessage): Promise<Verdict> =>
    this.batches.put(message).catch((error: unknown) => {
      // Others that waited with it may have been in time; for this one somebody else may have taken over.
      throw certainlyNot(error) && this.options.now() >= message.sendBy ? new NotNamed() : error;
    });

  /** Looks for a message that may have been handed over; nothing where the provider does not have it. @throws it could not be asked */
  find(what: Parameters<KakaoClient['find']>[0]): Promise<Verdict | undefined> {
    return this.tried(
      (signal) => this.client.find(what, signal),
      (error) => isPassing(error) && !this.isHeldForLong(),
      () => this.turnToLook(),
    );
  }

  /** Nothing more is asked; what waits fails. */
  close(): void {
    this.closing.abort();
    for (const request of this.requests) request.abort(this.closing.signal.reason);
  }

  /** A turn for those who wait. @throws {KakaoOverloaded} it comes too late for all of them */
  private async turnFor(waiting: readonly Waiting<KakaoMessage, Verdict>[]): Promise<void> {
    const { signal } = this.closing;
    signal.throwIfAborted(); // who is closed goes by no other channel either
    if (this.isTooLongFor(waiting)) throw new KakaoOverloaded(this.pace.heldMs);
    await this.pace.turn(signal);
  }

  /** Whether the provider wants to be left alone for longer than any of them can wait; the last one can wait longest. */
  private isTooLongFor(waiting: readonly Waiting<KakaoMessage, Verdict>[]): boolean {
    const { heldMs } = this.pace;
    const last = waiting.at(-1);
    return heldMs > 0 && last !== undefined && this.options.now() + heldMs >= last.item.sendBy;
  }

  /** A turn to look for a message, one after the other: many are looked for together, and what is new must not wait behind all of them. */
  private turnToLook(): Promise<void> {
    const turn = this.looking.then(() => {
      if (this.isHeldForLong()) throw new KakaoOverloaded(this.pace.heldMs); // rather later than in hand all the while
      return this.pace.turn(this.closing.signal);
    });
    this.looking = turn.catch(() => undefined);
    return turn;
  }

  private isHeldForLong(): boolean {
    return this.pace.heldMs > (this.options.deadlineMs ?? usualDeadlineMs);
  }

  private async sendAll(batch: readonly Waiting<KakaoMessage, Verdict>[]): Promise<void> {
    const verdicts = await this.tried(
      async (signal) => {
        const inTime = batch.map(({ item }) => item).filter(({ sendBy }) => this.options.now() < sendBy);
        return inTime.length > 0 ? this.client.send(inTime, signal) : new Map<string, Verdict>();
      },
      (error) => isPassing(error) && certainlyNot(error) && !this.isTooLongFor(batch),
      async (attempt) => {
        if (attempt > 1) await this.pace.turn(this.closing.signal); // the first had its turn before it was put together
      },
    );
    for (const { item, resolve, reject } of batch) {
      const verdict = verdicts.get(item.reference);
      if (verdict) resolve(verdict);
      else reject(new NotNamed());
    }
  }

  /** @param turn waits until a try may go */
  private tried<T>(
    ask: (signal: AbortSignal) => Promise<T>,
    again: (error: unknown) => boolean,
    turn: (attempt: number) => Promise<void>,
  ): Promise<T> {
    const { signal } = this.closing;
    return pRetry(
      async (attempt) => {
        await turn(attempt);
        return this.once(ask);
      },
      {
        retries: tries - 1,
        minTimeout: 100,
        maxTimeout: 1_000,
        randomize: true,
        signal,
        shouldRetry: ({ error }) => again(error),
      },
    );
  }

  /** One request. It ends with its deadline, or when all is closed. */
  private async once<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const request = new AbortController();
    this.requests.add(request);
    try {
      return await this.guarded((deadline) => ask(AbortSignal.any([deadline, request.signal])));
    } catch (error) {
      if (error instanceof KakaoOverloaded) this.pace.holdFor(error.retryAfterMs);
      throw error;
    } finally {
      this.requests.delete(request);
    }
  }
}

/** Whether the provider certainly has not done what was asked of it when this was thrown. */
export const certainlyNot = (error: unknown): boolean =>
  error instanceof BrokenCircuitError || (error instanceof KakaoFault && !error.maybeDone);

const isPassing = (error: unknown): boolean => error instanceof KakaoFault && error.retry;

const saying: Record<BreakerState, (fault: unknown) => string> = {
  open: (fault) => `Nobody is sent a KakaoTalk message for a moment. The last fault: ${reasonOf(fault)}`,
  'half-open': () => 'One request tries the message provider.',
  closed: () => 'The message provider works again.',
};
