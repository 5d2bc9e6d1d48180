import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { BaedalError, reasonOf } from '../../errors.ts';
import type { LinkState } from '../broker.ts';
import { BrokerClosed, BrokerUnreachable } from '../errors.ts';
import { Addresses } from './addresses.ts';
import { within } from './deadline.ts';
import type { Generation } from './generation.ts';

/** Milliseconds the declaring and subscribing of one generation may take, settling not counted. */
const setupMs = 30_000;
/** A generation that lived shorter than this did not prove that the trouble is over, milliseconds. */
const provenMs = 1_000;
/** Milliseconds to wait before the next one then. */
const unprovenPauseMs = 500;

export type LinkOptions = {
  /** As `connectUrls` made them: any will do. */
  urls: readonly string[];
  redactedUrl: string;
  /** Milliseconds of patience for the first connection. */
  connectTimeoutMs: number;
  /** Milliseconds that setting up may take longer than usual. */
  extraSetupMs: number;
  now(): number;
};

/** What has to be done in each generation before it counts as up: declaring, opening channels, subscribing. */
export type Attach = (generation: Generation) => Promise<void>;

/** The link to RabbitMQ. When a generation is lost it makes the next one, for as long as it takes. */
export class Link {
  readonly #options: LinkOptions;
  readonly #addresses: Addresses;
  readonly #attachments = new Set<Attach>();
  readonly #listeners = new Set<(link: LinkState) => void>();
  readonly #closing = new AbortController();
  #waiting: { resolve(generation: Generation): void; reject(cause: unknown): void }[] = [];
  #state: LinkState;
  /** Set while it is up. */
  #current: Generation | undefined;

  private constructor(options: LinkOptions) {
    this.#options = options;
    this.#addresses = new Addresses(options.urls);
    this.#state = { state: 'down', since: options.now(), reason: 'not connected yet' };
  }

  /**
   * Connects and attaches.
   * @throws {BrokerUnreachable} not within `connectTimeoutMs`
   * @throws {BrokerRefused | TopologyDrift | OtherHome} trying again would not help
   */
  static async open(options: LinkOptions, attachments: Attach[]): Promise<Link> {
    const link = new Link(options);
    for (const attach of attachments) link.#attachments.add(attach);
    const deadline = performance.now() + options.connectTimeoutMs;
    try {
      await link.#establish({
        minTimeout: 100,
        maxTimeout: 300,
        patienceMs: () => deadline - performance.now(),
        hopeless: (cause) => deadline - performance.now() < 500 || isFinal(cause),
      });
    } catch (cause) {
      link.#closing.abort();
      if (isFinal(cause)) throw cause;
      throw new BrokerUnreachable(options.redactedUrl, cause, reasonOf(cause));
    }
    return link;
  }

  /** Where it leads, fit to be printed. */
  get redactedUrl(): string {
    return this.#options.redactedUrl;
  }

  /** The generation that is up, if one is. */
  get current(): Generation | undefined {
    return this.#current;
  }

  /** Does `attach` in this generation and each one after it. Resolves once it has been done; see `detach`. */
  async attach(attach: Attach): Promise<void> {
    this.#attachments.add(attach);
    const generation = this.#current;
    if (!generation) {
      await this.up();
      return;
    }
    try {
      await within(generation.unlessLost(attach(generation)), setupMs, 'Subscribing');
    } catch (cause) {
      generation.fail(cause); // the next one attaches it by itself
      await this.up();
    }
  }

  detach(attach: Attach): void {
    this.#attachments.delete(attach);
  }

  /**
   * The generation that is up, now or later.
   * @throws {BrokerClosed} the link was closed meanwhile
   */
  up(): Promise<Generation> {
    if (this.#closing.signal.aborted) return Promise.reject(new BrokerClosed());
    if (this.#current) return Promise.resolve(this.#current);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  onState(listener: (link: LinkState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** No generation follows any more, and what is waited for is refused. The one that is up stays, for its last words. */
  stop(): void {
    this.#closing.abort();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(new BrokerClosed());
  }

  /** Ends the last generation within `graceMs` milliseconds. Call `stop` first. */
  async end(graceMs: number): Promise<void> {
    const generation = this.#current;
    this.#current = undefined;
    await generation?.end(graceMs);
    this.#become({ state: 'down', since: this.#options.now(), reason: 'closed' });
    this.#listeners.clear();
  }

  async #establish(how: {
    minTimeout: number;
    maxTimeout: number;
    patienceMs(): number;
    hopeless(cause: unknown): boolean;
  }): Promise<void> {
    await pRetry(() => this.#tryOnce(how.patienceMs()), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: how.minTimeout,
      maxTimeout: how.maxTimeout,
      randomize: true,
      signal: this.#closing.signal,
      shouldRetry: ({ error }) => !how.hopeless(error),
    });
  }

  async #tryOnce(patienceMs: number): Promise<void> {
    let generation: Generation | undefined;
    try {
      generation = await this.#addresses.connect(patienceMs, this.#closing.signal);
      const attached = generation.unlessLost(this.#attachAll(generation));
      await within(attached, setupMs + this.#options.extraSetupMs, 'Setting up');
    } catch (cause) {
      generation?.fail(cause);
      this.#stayDown(reasonOf(cause));
      // p-retry takes a TypeError for a bug and gives up.
      throw cause instanceof TypeError ? new Error(cause.message, { cause }) : cause;
    }
  }

  async #attachAll(generation: Generation): Promise<void> {
    // What is added while this runs is visited too; so nothing is missed between here and `#current`.
    for (const attach of this.#attachments) {
      await attach(generation);
      if (!generation.alive) throw new Error('The link was lost again while it was set up.');
    }
    if (this.#closing.signal.aborted) throw new BrokerClosed();
    this.#goUp(generation);
  }

  #goUp(generation: Generation): void {
    const since = this.#options.now();
    const born = performance.now();
    this.#current = generation;
    generation.onLoss((cause) => {
      if (this.#current !== generation) return;
      this.#current = undefined;
      this.#become({ state: 'down', since: this.#options.now(), reason: reasonOf(cause) });
      void this.#recover(performance.now() - born < provenMs ? unprovenPauseMs : 0);
    });
    generation.onBlocked((reason) => {
      if (this.#current !== generation) return;
      const blocked = reason === undefined ? { state: 'up' as const } : { state: 'blocked' as const, reason };
      this.#become({ ...blocked, since: this.#options.now() });
    });
    this.#become({ state: 'up', since });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve(generation);
  }

  async #recover(pauseMs: number): Promise<void> {
    try {
      await sleep(pauseMs + Math.random() * 100, undefined, { signal: this.#closing.signal });
      await this.#establish({
        minTimeout: 200,
        maxTimeout: 2_000,
        patienceMs: () => Number.POSITIVE_INFINITY,
        hopeless: () => this.#closing.signal.aborted,
      });
    } catch {
      // closed meanwhile: nobody waits any more
    }
  }

  /** Still down, and why now: what keeps it down may be another thing than what brought it down. */
  #stayDown(reason: string): void {
    if (this.#closing.signal.aborted || this.#state.state !== 'down' || this.#state.reason === reason) return;
    this.#become({ ...this.#state, reason });
  }

  #become(state: LinkState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** Whether trying again would not help. */
const isFinal = (cause: unknown): boolean => cause instanceof BaedalError && !cause.retry;
