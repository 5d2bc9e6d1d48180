import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Answer } from '../actors/actor.ts';
import type { Menu } from '../actors/menu.ts';
import type { Commands } from '../actors/messages.ts';
import type { Broker } from '../broker/broker.ts';
import type { Envelope } from '../broker/envelope.ts';
import { BaedalError } from '../errors.ts';
import { dueTimes } from './arrivals.ts';
import { randomFrom, seedFrom } from './random.ts';
import type { Phase, Script } from './script.ts';
import { type FullMix, mixOf, type Wish, wishesOf } from './wishes.ts';

/** What somebody was told: the answer, or the code of the error where none came. */
export type Said = Answer | string;

/** What is told of the customers. `phase` counts from 0; `tookMs` is from when it was due until it was answered. */
export type CrowdListener = {
  asked(phase: number, orderId: string): void;
  answered(phase: number, orderId: string, said: Said, tookMs: number): void;
};

export type CrowdOptions = {
  broker: Pick<Broker, 'request'>;
  menu: Menu;
  seed: number;
  /** A clock that never jumps, milliseconds. */
  elapsed(): number;
  /** The clock, epoch milliseconds. */
  now(): number;
  newId(): string;
  /** Makes the id of an order, out of which phase it belongs to and which one it is of it; never the same twice. */
  orderIdOf(phase: number, n: number): string;
  listener: CrowdListener;
};

/** Customers who wait at once, at most. */
const mostWaiting = 20_000;
/** What those beyond it are told, who ask for nothing: nobody answers them, and by this code nobody takes that for a lost message. */
export const crowdedOut = 'crowded-out';

/** Who comes too late comes without a pause, but for one turn of the others after so many milliseconds. */
const longestTurnMs = 20;

/** The longest sleep between two looks at who is due, milliseconds: so that an end is not slept through. Near the end they are closer. */
const longestSleepMs = 50;
const lookMs = 5;

/**
 * The customers of a script. Each one's wish follows from the seed, the phase and which of its customers it is, so the same script
 * brings the same customers, however quick the platform is. What somebody is told is dated from when it was due: a crowd that comes too late
 * makes the platform look slower, never quicker (no coordinated omission).
 */
export class Crowd {
  /** Customers who wait for the answer to their order. */
  waiting = 0;
  #visits = new Set<Promise<void>>();
  /** Wakes each of those who come back, or think again, later. */
  readonly #asleep = new Set<() => void>();
  /** How many orders each phase has had. */
  readonly #orders: number[] = [];
  /** When each customer of the latest closed load wants to order again: the next such phase goes on with the same people. */
  #people: Promise<number>[] = [];

  constructor(private readonly options: CrowdOptions) {}

  /**
   * Lets the customers of a phase come until it is over or `signal` aborts: then nobody comes back or has second thoughts either. Those who wait
   * are still answered: see `settled`.
   * @param last what there is to do once the time is up; those of a closed load go on until it is done
   */
  async play(
    script: Script,
    index: number,
    signal: AbortSignal,
    last: () => Promise<void> = async () => {},
  ): Promise<void> {
    const phase = script.phases[index]!;
    const mix = mixOf(script, phase);
    const wish = wishesOf(this.options.menu, mix);
    const visit: Visit = (n, again, dueAt, over = () => false) =>
      this.#visit({
        index,
        mix,
        dueAt,
        signal,
        over,
        wish: () => wish(randomFrom(seedFrom(this.options.seed, index, n, again))),
      });
    this.#orders[index] = 0;
    // One for all: a signal is slow with thousands of listeners.
    const wakeAll = () => {
      for (const wake of this.#asleep) wake();
    };
    signal.addEventListener('abort', wakeAll, { once: true });
    await (phase.customers === undefined
      ? this.#open(phase, index, visit, signal)
      : this.#closed(phase, index, visit, signal, last));
  }

  /** Resolves once everybody has been answered or has lost their patience. @throws a fault of ours */
  async settled(): Promise<void> {
    while (this.#visits.size > 0) await Promise.all(this.#visits);
  }

  /** They come on their own, however long the others wait. */
  async #open(phase: Phase, index: number, visit: Visit, signal: AbortSignal): Promise<void> {
    const { elapsed, seed } = this.options;
    const startedAt = elapsed();
    const endsAt = startedAt + (phase.for ?? Number.POSITIVE_INFINITY);
    const random = randomFrom(seedFrom(seed, index));
    let n = 0;
    let turnAt = startedAt;
    for (const dueMs of dueTimes(phase.arrivals!, phase.for, random)) {
      const dueAt = startedAt + dueMs;
      if (dueAt >= endsAt || n >= (phase.orders ?? Number.POSITIVE_INFINITY)) break;
      while (elapsed() < dueAt && !signal.aborted) await pause(dueAt - elapsed());
      // More than this process can bring: answers have to be read all the same, and somebody may want an end.
      if (elapsed() - turnAt > longestTurnMs) {
        await turn();
        turnAt = elapsed();
      }
      if (signal.aborted) return;
      this.#keep(visit(n++, 0, dueAt));
    }
    while (elapsed() < endsAt && phase.for !== undefined && !signal.aborted) await pause(endsAt - elapsed());
  }

  /**
   * So many, each of whom orders again after the answer, and a moment to think; who was turned away comes back when told to. It ends in time
   * though some still wait: those go on in the next phase once they are answered, so that there are never more of them. Nobody stands still
   * between the two, or many would come at once.
   */
  async #closed(
    phase: Phase,
    index: number,
    visit: Visit,
    signal: AbortSignal,
    last: () => Promise<void>,
  ): Promise<void> {
    const { elapsed, seed } = this.options;
    const { think = [0, 0], orders = Number.POSITIVE_INFINITY } = phase;
    const startedAt = elapsed();
    const endsAt = startedAt + (phase.for ?? Number.POSITIVE_INFINITY);
    let ended = false;
    const over = () => ended || signal.aborted || this.#orders[index]! >= orders;
    const customer = async (n: number, before: Promise<number> | undefined): Promise<number> => {
      const random = randomFrom(seedFrom(seed, index, n));
      let dueAt = Math.max(startedAt, (await before) ?? startedAt);
      for (let again = 0; ; again++) {
        for (let at = elapsed(); at < dueAt && !over(); at = elapsed())
          await pause(at < endsAt ? Math.min(dueAt, endsAt) - at : Math.min(dueAt - at, lookMs));
        if (over()) return dueAt;
        const { retryAfterMs = 0 } = await this.#keep(visit(n, again, dueAt, over));
        dueAt = elapsed() + Math.max(retryAfterMs, think[0] + random() * (think[1] - think[0]));
      }
    };
    const before = this.#people;
    const people = Array.from({ length: phase.customers! }, (_, n) => customer(n, before[n]));
    this.#people = [...people, ...before.slice(people.length)]; // those who are not wanted now may be later
    let left = true;
    const gone = Promise.all(people).finally(() => (left = false));
    const time = async () => {
      while (left && elapsed() < endsAt && !signal.aborted) await pause(endsAt - elapsed());
      if (left && !signal.aborted) await last();
      ended = true;
    };
    await Promise.race([gone, time()]);
  }

  #keep<T>(visit: Promise<T>): Promise<T> {
    const kept: Promise<void> = visit.then(
      () => void this.#visits.delete(kept),
      (error: unknown) => {
        throw error; // a fault of ours, not of the platform: `settled` throws it
      },
    );
    kept.catch(() => {});
    this.#visits.add(kept);
    return visit;
  }

  /** One customer from the door to the answer, and back again as often as they come back. */
  async #visit({ index, mix, dueAt, signal, over, wish }: Visiting): Promise<{ retryAfterMs?: number }> {
    const { elapsed, listener, orderIdOf } = this.options;
    const { cancelAfterMs, ...content } = wish();
    let due = dueAt;
    for (let tries = 0; ; tries++) {
      const orderId = orderIdOf(index, this.#orders[index]!++);
      listener.asked(index, orderId);
      const said = await this.#ask(orderId, content, mix.patience);
      listener.answered(index, orderId, said, elapsed() - due);
      if (typeof said === 'string') return {};
      if (said.outcome === 'done') {
        if (cancelAfterMs !== undefined) this.#keep(this.#cancel(orderId, cancelAfterMs, mix.patience, signal));
        return {};
      }
      const { retryAfterMs } = said;
      if (retryAfterMs === undefined) return {};
      if (tries >= mix.comeBack || over()) return { retryAfterMs };
      due = elapsed() + retryAfterMs;
      if (!(await this.#slept(retryAfterMs, signal)) || over()) return {};
    }
  }

  async #ask(orderId: string, content: Omit<Wish, 'cancelAfterMs'>, patienceMs: number): Promise<Said> {
    if (this.waiting >= mostWaiting) return crowdedOut;
    this.waiting++;
    try {
      const { now } = this.options;
      return await this.#request('PlaceOrder', { orderId, ...content, answerBy: now() + patienceMs }, patienceMs);
    } finally {
      this.waiting--;
    }
  }

  async #cancel(orderId: string, afterMs: number, patienceMs: number, signal: AbortSignal): Promise<void> {
    if (!(await this.#slept(afterMs, signal))) return;
    await this.#request('CancelOrder', { orderId, reason: 'second thoughts' }, patienceMs);
  }

  /** @returns whether nobody wanted an end meanwhile */
  #slept(ms: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const awake = (slept: boolean) => {
        clearTimeout(timer);
        this.#asleep.delete(wake);
        resolve(slept);
      };
      const wake = () => awake(false);
      const timer = setTimeout(() => awake(true), ms);
      this.#asleep.add(wake);
    });
  }

  async #request<T extends 'PlaceOrder' | 'CancelOrder'>(type: T, data: Commands[T], withinMs: number): Promise<Said> {
    const { broker, newId, now } = this.options;
    try {
      return await broker.request({ id: newId(), type, key: data.orderId, at: now(), data } as Envelope, withinMs);
    } catch (error) {
      if (error instanceof BaedalError && error.retry) return error.code; // nobody was told anything
      throw error;
    }
  }
}

/** `over`: whether they do not come back any more, default never. */
type Visit = (n: number, again: number, dueAt: number, over?: () => boolean) => Promise<{ retryAfterMs?: number }>;
type Visiting = { index: number; mix: FullMix; dueAt: number; signal: AbortSignal; over(): boolean; wish(): Wish };

/** Never early by the clock that we go by: timers may be, by a millisecond. */
const pause = (ms: number): Promise<void> => sleep(Math.min(Math.max(1, Math.ceil(ms)), longestSleepMs));
