import pRetry from 'p-retry';
import { BaedalError } from '../../errors.ts';
import type { Broker, DeadLetter, Outgoing } from '../broker.ts';

/** Milliseconds to wait after the first failure and at most. */
const firstWaitMs = 50;
const longestWaitMs = 2_000;

/**
 * Publishes until it is confirmed. Several publishes are under way at once; when they fail, they and those behind them are
 * tried again one after the other, so that none overtakes another.
 */
export class Outbox {
  /** Settles when everything that has to be tried again is confirmed. */
  private behind: Promise<void> | undefined;

  constructor(
    private readonly broker: Pick<Broker, 'publish' | 'bury'>,
    private readonly signal: AbortSignal,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** @throws what cannot succeed, or the reason of the signal */
  publish(messages: readonly Outgoing[]): Promise<void> {
    return this.inOrder(() => this.broker.publish(messages));
  }

  /** @throws as `publish` */
  bury(letters: readonly DeadLetter[]): Promise<void> {
    return this.inOrder(() => this.broker.bury(letters));
  }

  private inOrder(send: () => Promise<void>): Promise<void> {
    return this.behind ? this.line(send) : send().catch((error: unknown) => this.line(send, error));
  }

  private line(send: () => Promise<void>, failure?: unknown): Promise<void> {
    if (failure !== undefined) this.onFailure(failure);
    const before = this.behind?.catch(() => {}) ?? Promise.resolve();
    const mine = before.then(() =>
      pRetry(send, {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: firstWaitMs,
        maxTimeout: longestWaitMs,
        randomize: true,
        signal: this.signal,
        shouldRetry: ({ error }) => !(error instanceof BaedalError) || error.retry,
        onFailedAttempt: ({ error }) => this.onFailure(error),
      }),
    );
    this.behind = mine;
    const settled = () => {
      if (this.behind === mine) this.behind = undefined;
    };
    mine.then(settled, settled);
    return mine;
  }
}
