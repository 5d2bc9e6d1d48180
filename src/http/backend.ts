import { setTimeout as sleep } from 'node:timers/promises';
import type { Menu } from '../actors/menu.ts';
import type { Commands } from '../actors/messages.ts';
import type { Broker, LinkState } from '../broker/broker.ts';
import { ask, type Done } from '../client/ask.ts';
import { type OrderContent, placeOrder } from '../client/place-order.ts';
import { reasonOf } from '../errors.ts';
import { follow } from '../readmodel/follow.ts';
import { type Behind, behind, positionOf, type SeenEnd } from '../readmodel/position.ts';
import { Reader } from '../readmodel/reader.ts';
import type { Database } from '../sqlite/open-database.ts';
import { HttpError } from './http-error.ts';

export type BackendOptions = {
  /** Opens the broker. It is called until it succeeds. */
  open(): Promise<Broker>;
  /** The data folder of that broker, where the read model is. */
  folder: string;
  menu(): Menu;
  /** How often the journal is asked for its end, milliseconds: RabbitMQ has to be written to for it. */
  endEveryMs: number;
  /** Epoch milliseconds. */
  now(): number;
  /** Told, in a sentence, what goes wrong and will be tried again. */
  onProblem(sentence: string): void;
  /** Told how the link to the broker is, now and whenever that changes. */
  onLink?(link: LinkState): void;
};

/** How long a request of an actor may take, milliseconds. */
const answerWithinMs = 10_000;
/** How long to wait before the broker is tried again that could not be opened, milliseconds. */
const againMs = 1_000;
/** How far behind the read model may be and still be near, milliseconds. */
const nearMs = 5_000;

/** What all services of a process share: one broker, one read model, one menu. It starts at once, whether the broker is there or not. */
export class Backend {
  readonly #options: BackendOptions;
  readonly #reader: Reader;
  readonly #closing = new AbortController();
  readonly #opened: Promise<void>;
  #broker: Broker | undefined;
  #link: LinkState;
  #ends: SeenEnd[] = [];
  #letGo: (() => unknown)[] = [];

  constructor(options: BackendOptions) {
    this.#options = options;
    this.#reader = new Reader(options.folder);
    this.#link = { state: 'down', since: options.now(), reason: 'it has not been reached yet' };
    this.#opened = this.#keepOpening();
  }

  get menu(): Menu {
    return this.#options.menu();
  }

  now(): number {
    return this.#options.now();
  }

  /** How the link to the broker is. */
  get link(): LinkState {
    return this.#link;
  }

  /** How far the read model is behind what the journal has. */
  get behind(): Behind {
    return behind(this.read(positionOf), this.#ends, this.now());
  }

  /**
   * Makes a request of an actor.
   * @throws {HttpError} 503 at once where the broker is away
   * @throws {Refused | TimedOut}
   */
  async ask<T extends keyof Commands>(type: T, data: Commands[T]): Promise<Done> {
    return ask(this.#upBroker(), type, data, answerWithinMs);
  }

  /** Orders and pays: the answer comes once the payment is decided. @throws as `ask` */
  async place(content: OrderContent): Promise<Done> {
    return placeOrder(this.#upBroker(), this.menu, content, answerWithinMs);
  }

  /** Answers a question from the read model, which asks nobody. @throws {HttpError} 503 where it cannot be read */
  read<T>(question: (db: Database) => T): T {
    try {
      return this.#reader.ask(question);
    } catch (cause) {
      throw cannotRead(cause);
    }
  }

  /** Another text whenever the read model may have changed. @throws as `read` */
  version(): string {
    try {
      return this.#reader.version();
    } catch (cause) {
      throw cannotRead(cause);
    }
  }

  /** Why nobody should be sent here just now; undefined where all is well. */
  whyNotReady(): string | undefined {
    const { state, since } = this.#link;
    // Where it is, and what exactly is wrong, is nobody's business outside.
    if (state !== 'up') return `The broker is ${state}, for ${Math.round((this.now() - since) / 1_000)} s now.`;
    try {
      const { ms } = this.behind;
      return ms <= nearMs ? undefined : `The read model is ${Math.round(ms / 1_000)} s behind.`;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** @throws {HttpError} 503 where nothing can be asked for */
  mustBeUp(): void {
    this.#upBroker();
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#opened;
    const letGo = this.#letGo.reverse();
    this.#letGo = [];
    for (const one of letGo) {
      try {
        await one();
      } catch (error) {
        // What is left open would keep the process from ending.
        this.#options.onProblem(reasonOf(error));
      }
    }
  }

  #upBroker(): Broker {
    if (this.#broker && this.#link.state === 'up') return this.#broker;
    throw new HttpError(503, 'unavailable', 'Nothing can be asked for just now. Try again in a moment.', {
      retryAfterMs: 1_000,
    });
  }

  async #keepOpening(): Promise<void> {
    const { signal } = this.#closing;
    let said = '';
    while (!signal.aborted) {
      try {
        await this.#open();
        break;
      } catch (error) {
        const reason = reasonOf(error);
        if (reason !== said) this.#options.onProblem(reason);
        said = reason;
        this.#link = { ...this.#link, reason };
      }
      await sleep(againMs, undefined, { signal }).catch(() => undefined); // closing is no error
    }
    this.#letGo.unshift(() => this.#reader.close());
  }

  async #open(): Promise<void> {
    const { open, folder, endEveryMs, onProblem, onLink } = this.#options;
    const broker = await open();
    this.#letGo.push(() => broker.close());
    // Where nobody else keeps the read model up to date, we do.
    this.#letGo.push(follow(folder, broker, { onProblem: (error) => onProblem(reasonOf(error)) }));
    const lookForEnd = () =>
      broker.journalEnd().then(
        (end) => {
          this.#ends = [{ end, at: this.now() }, ...this.#ends].slice(0, 2);
        },
        () => {}, // the link is down, which is known; what was known of the end still holds
      );
    void lookForEnd();
    const timer = setInterval(lookForEnd, endEveryMs);
    this.#letGo.push(() => clearInterval(timer));
    this.#broker = broker;
    this.#letGo.push(
      broker.onLink((link) => {
        this.#link = link;
        onLink?.(link);
      }),
    );
  }
}

const cannotRead = (cause: unknown): HttpError =>
  new HttpError(503, 'unavailable', 'The orders cannot be read just now. Try again in a moment.', {
    retryAfterMs: 2_000,
    cause,
  });
