import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../src/actors/actor.ts';
import type { Broker } from '../src/broker/broker.ts';
import type { Envelope } from '../src/broker/envelope.ts';
import { newId } from '../src/client/new-id.ts';
import { BaedalError } from '../src/errors.ts';
import { randomFrom } from '../src/simulation/random.ts';
import type { Promised } from './promised.ts';

export type CustomerOptions = {
  /** Orders a second. */
  rate: number;
  /** How long each waits for an answer, milliseconds, default 20,000. */
  patienceMs?: number;
  /** Of all customers, those who think again and cancel, half of them before they hear that it is placed; default 0.2. */
  cancelShare?: number;
  /** Those who would rather pay later than be turned away; default 0. */
  payLaterShare?: number;
  /** Two crowds of one seed do the same; default 1. */
  seed?: number;
};

/** Customers who order steadily, and keep the record of what they were promised: outside the platform, in this process. */
export type Customers = {
  /** Everybody who has come so far, growing. */
  readonly record: readonly Promised[];
  /** Resolves once so many have come. @throws what keeps them from coming */
  reach(count: number): Promise<void>;
  /** Nobody comes any more. Resolves once all have been answered, or have lost their patience. */
  leave(): Promise<readonly Promised[]>;
};

/**
 * Lets customers come to `client`, from now until they are told to leave.
 * @param client whoever opened it closes it
 */
export function startCustomers(client: Broker, options: CustomerOptions): Customers {
  const { rate, patienceMs = 20_000, cancelShare = 0.2, payLaterShare = 0, seed = 1 } = options;
  const random = randomFrom(seed);
  const record: Promised[] = [];
  const all: Promise<void>[] = [];
  const leaving = new AbortController();

  const ask = async (type: string, orderId: string, data: object): Promise<Answer | string> => {
    const at = Date.now();
    const envelope = { id: newId(), type, key: orderId, at, data: { orderId, ...data, answerBy: at + patienceMs } };
    try {
      return await client.request(envelope as Envelope, patienceMs);
    } catch (error) {
      if (error instanceof BaedalError && error.retry) return error.code; // nobody was told anything
      throw error;
    }
  };

  const one = async (): Promise<void> => {
    const promised: Promised = { orderId: newId(), askedAt: Date.now() };
    record.push(promised);
    const [cancels, sooner, payLater] = [random() < cancelShare, random() < 0.5, random() < payLaterShare];
    const content = { customerId: 'kim', storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] };
    const placing = ask('PlaceOrder', promised.orderId, { ...content, billingKey: 'card-kim', payLater }).then(
      (said) => {
        promised.settledAt = Date.now();
        if (typeof said === 'string') promised.failure = said;
        else promised.answer = said;
      },
    );
    placing.catch(() => {}); // heard of below, after what may be said to the cancellation
    if (cancels) {
      if (!sooner) await placing;
      promised.cancelAskedAt = Date.now();
      const said = await ask('CancelOrder', promised.orderId, { reason: 'second thoughts' });
      if (typeof said === 'string') promised.cancelFailure = said;
      else promised.cancelAnswer = said;
    }
    await placing;
  };

  const coming = (async () => {
    const startedAt = performance.now();
    while (!leaving.signal.aborted) {
      const due = Math.floor(((performance.now() - startedAt) * rate) / 1_000) + 1;
      while (all.length < due) {
        const visit = one();
        visit.catch(() => leaving.abort()); // a fault of ours, not the platform's: `leave` throws it
        all.push(visit);
      }
      await sleep(Math.min(1_000 / rate, 20), undefined, { signal: leaving.signal }).catch(() => {});
    }
    await Promise.all(all);
  })();
  coming.catch(() => {}); // whoever tells them to leave hears of it

  return {
    record,
    reach: async (count) => {
      while (record.length < count) {
        if (leaving.signal.aborted) {
          await coming;
          throw new Error(`Of ${count} customers ${record.length} have come, and were told to leave.`);
        }
        await sleep(10);
      }
    },
    leave: async () => {
      leaving.abort();
      await coming;
      return record;
    },
  };
}
