import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPrivateRedis } from '../../scripts/redis.js';
import { benchFolder } from '../bench-settings.ts';
import { startChain } from './amqplib-chain/amqplib-chain.ts';
import { startBullMq } from './bullmq/bullmq.ts';
import { type Peer, runCrowd } from './crowd.ts';
import { Shop } from './shop.ts';

/** What a run of a peer came to: orders a second, and how often a message of one order was delivered. */
export type PeerRun = { perSecond: number; deliveries: number };

/** Milliseconds until the last messages of the last orders are handled, which nobody waits for. */
const lastWithinMs = 20_000;

/**
 * The shop on BullMQ, on a Redis of its own.
 * @param server path of redis-server
 * @param appendfsync `always` is as durable as the platform, with the rows of the actors; `everysec` is as most run it, and loses a second
 */
export async function runBullMq(server: string, orders: number, appendfsync: 'always' | 'everysec'): Promise<PeerRun> {
  const redis = await startPrivateRedis(server, appendfsync);
  try {
    return await run(appendfsync === 'always' ? 'FULL' : 'NORMAL', orders, (shop) => startBullMq(shop, redis.port));
  } finally {
    await redis.stop();
  }
}

/** The shop as a plain chain of amqplib workers. */
export const runChain = (url: string, orders: number): Promise<PeerRun> =>
  run('FULL', orders, (shop) => startChain(shop, url));

async function run(
  synchronous: 'FULL' | 'NORMAL',
  orders: number,
  start: (shop: Shop) => Promise<Peer & { close(): Promise<void> }>,
): Promise<PeerRun> {
  const folder = benchFolder();
  const shop = new Shop(folder, synchronous);
  try {
    const peer = await start(shop);
    try {
      const warmUp = Math.ceil(orders / 10);
      await runCrowd(shop, peer, warmUp);
      const tookMs = await runCrowd(shop, peer, orders);
      await untilQuiet(shop);
      if (shop.delivered !== warmUp + orders)
        throw new Error(`Of ${warmUp + orders} orders ${shop.delivered} were delivered.`);
      return { perSecond: (orders / tookMs) * 1_000, deliveries: shop.handled / shop.delivered };
    } finally {
      await peer.close();
    }
  } finally {
    shop.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For so long nothing is handled once all is, milliseconds. Longer than Redis holds writes back while the disk is busy, two seconds. */
const quietMs = 3_000;

/** Until nothing has been handled for a while. */
async function untilQuiet(shop: Shop): Promise<void> {
  const giveUpAt = performance.now() + lastWithinMs;
  let handled = -1;
  while (handled !== shop.handled && performance.now() < giveUpAt) {
    ({ handled } = shop);
    await sleep(quietMs);
  }
}
