import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Envelope } from '../../../src/broker/envelope.ts';
import { newId } from '../../../src/client/new-id.ts';
import type { Peer } from '../crowd.ts';
import type { Posted, Shop } from '../shop.ts';

/** Jobs of one queue at once. More is no faster: see docs/performance.md. */
const usualConcurrency = 50;

/**
 * The shop on BullMQ as its documentation has it: a queue and a worker for each actor, jobs that are removed once they are done, one
 * connection that all queues share, and what goes to one queue added in bulk.
 * @param port of a Redis on this machine
 */
export async function startBullMq(
  shop: Shop,
  port: number,
  concurrency = usualConcurrency,
): Promise<Peer & { close(): Promise<void> }> {
  const prefix = `bench-${newId()}`;
  const address = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const shared = new Redis(address);
  const defaultJobOptions = { removeOnComplete: true, removeOnFail: true };
  const names = Array.from(shop.queues.keys());
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => {}); // whoever runs the crowd hears of it
  const queues = new Map(
    names.map((name) => {
      const queue = new Queue<Envelope>(name, { connection: shared, prefix, defaultJobOptions });
      return [name, queue.on('error', fail)];
    }),
  );
  const post = async (posted: Posted[]): Promise<void> => {
    const jobs = new Map<string, { name: string; data: Envelope }[]>();
    for (const { envelope, queue } of posted) {
      const takers = queue ? [queue] : names.filter((name) => shop.queues.get(name)!.includes(envelope.type));
      for (const name of takers) jobs.set(name, [...(jobs.get(name) ?? []), { name: envelope.type, data: envelope }]);
    }
    await Promise.all(Array.from(jobs, ([name, bulk]) => queues.get(name)!.addBulk(bulk)));
  };
  const workers = names.map((name) =>
    new Worker<Envelope>(name, async ({ data }) => post(shop.handle(name, data)), {
      connection: address,
      prefix,
      concurrency,
    })
      .on('failed', (_job, error) => fail(error))
      .on('error', fail),
  );
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    post: (posted) => post([posted]),
    failed,
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(Array.from(queues.values(), (queue) => queue.close()));
      await shared.quit();
    },
  };
}
