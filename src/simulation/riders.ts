import { setTimeout as sleep } from 'node:timers/promises';
import type { Commands, OrderStatus } from '../actors/messages.ts';
import type { Broker } from '../broker/broker.ts';
import type { Envelope } from '../broker/envelope.ts';
import { BaedalError } from '../errors.ts';
import { randomFrom, seedFrom } from './random.ts';
import type { Script } from './script.ts';

export type RidersOptions = {
  broker: Pick<Broker, 'request'>;
  riders: NonNullable<Script['riders']>;
  seed: number;
  now(): number;
  newId(): string;
};

/** Milliseconds that a rider waits for an answer, and between two looks at the board. */
const patienceMs = 20_000;
const lookMs = 20;

/** Riders who are people, each with one meal at a time: whoever is free takes the meal that has waited longest. */
export class Riders {
  /** Meals that wait, the first one first. */
  readonly #board: string[] = [];
  readonly #stopping = new AbortController();

  constructor(private readonly options: RidersOptions) {}

  /** Takes note of what an order has become. */
  hear(orderId: string, status: OrderStatus): void {
    if (status === 'cooked') this.#board.push(orderId);
  }

  /** Goes home: what somebody has in hand is still brought. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Resolves once all have gone home. @throws a fault of ours */
  async work(): Promise<void> {
    const { count } = this.options.riders;
    await Promise.all(Array.from({ length: count }, (_, n) => this.#rider(n)));
  }

  async #rider(n: number): Promise<void> {
    const { riders, seed } = this.options;
    const random = randomFrom(seedFrom(seed, n));
    const take = ([least, most]: readonly [number, number]) => sleep(least + random() * (most - least));
    while (!this.#stopping.signal.aborted) {
      const orderId = this.#board.shift();
      if (orderId === undefined) {
        await sleep(lookMs);
        continue;
      }
      if (!(await this.#does('ClaimDelivery', { orderId, riderId: `rider-${n + 1}` }))) continue;
      await take(riders.pickup);
      if (!(await this.#does('PickUpDelivery', { orderId }))) continue;
      await take(riders.ride);
      await this.#does('CompleteDelivery', { orderId });
    }
  }

  /** Until it has been done, or was refused: cancelled meanwhile. A rider actor that is away comes back. */
  async #does<T extends 'ClaimDelivery' | 'PickUpDelivery' | 'CompleteDelivery'>(
    type: T,
    data: Commands[T],
  ): Promise<boolean> {
    const { broker, newId, now } = this.options;
    for (;;) {
      try {
        const envelope = { id: newId(), type, key: data.orderId, at: now(), data } as Envelope;
        return (await broker.request(envelope, patienceMs)).outcome === 'done';
      } catch (error) {
        if (!(error instanceof BaedalError && error.retry)) throw error;
        if (this.#stopping.signal.aborted) return false;
      }
    }
  }
}
