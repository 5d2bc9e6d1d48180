import { untilDelivered } from '../until-delivered.ts';
import type { Posted, Shop } from './shop.ts';

/** How many customers wait for an answer at a time, as at the platform. */
const waiting = 400;

/** A peer at work. */
export type Peer = {
  /** Sends what a customer asks for. */
  post(posted: Posted): Promise<void>;
  /** Rejects once something has gone wrong; never resolves. */
  readonly failed: Promise<never>;
};

/**
 * Places `orders` orders, and waits until the read model shows all of them delivered.
 * @returns how long it took, milliseconds
 * @throws {Error} what went wrong at the peer, or that one was not delivered
 */
export async function runCrowd(shop: Shop, { post, failed }: Peer, orders: number): Promise<number> {
  const already = shop.delivered;
  const startedAt = performance.now();
  let left = orders;
  const customer = async () => {
    while (left-- > 0) {
      const { posted, answered } = shop.order();
      await post(posted);
      await answered;
    }
  };
  const customers = Array.from({ length: Math.min(waiting, orders) }, customer);
  const delivered = untilDelivered(() => shop.delivered - already, orders);
  await Promise.race([Promise.all([delivered, ...customers]), failed]);
  return performance.now() - startedAt;
}
