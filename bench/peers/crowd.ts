import { setTimeout as sleep } from 'node:timers/promises';
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
 * @throws what went wrong at the peer
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
  const all = async () => {
    await Promise.all(Array.from({ length: Math.min(waiting, orders) }, customer));
    while (shop.delivered - already < orders) await sleep(5);
  };
  await Promise.race([all(), failed]);
  return performance.now() - startedAt;
}
