import { reasonOf } from '../../errors.ts';
import type { QueueDepth } from '../broker.ts';
import { BrokerUnreachable } from '../errors.ts';
import { countedQueues, type Topology } from '../topology.ts';
import { within } from './deadline.ts';
import { holds } from './declare.ts';
import type { Generation } from './generation.ts';
import type { Link } from './link.ts';

/** Milliseconds to wait for the link and all answers. */
const patienceMs = 5_000;

/**
 * What the broker says waits in each queue: messages ready to be delivered, without those in hand. None in a queue that is not there.
 * @throws {BrokerUnreachable} the link is down, or the broker does not answer
 */
export async function depths(link: Link, topology: Topology): Promise<QueueDepth[]> {
  const asked = link.up().then((generation) => askAll(generation, topology));
  try {
    return await within(asked, patienceMs, 'Counting what waits');
  } catch (cause) {
    throw new BrokerUnreachable(link.redactedUrl, cause, reasonOf(cause));
  }
}

async function askAll(generation: Generation, topology: Topology): Promise<QueueDepth[]> {
  const found = new Map<string, number>();
  const names = countedQueues(topology).map(({ queue }) => queue);
  const ask = (of: readonly string[]) =>
    holds(generation, async (channel) => {
      for (const name of of) found.set(name, (await channel.checkQueue(name)).messageCount);
    });
  // One channel for all; only where one of them is missing each needs a channel of its own.
  if (!(await ask(names))) for (const name of names) await ask([name]);
  return countedQueues(topology).map((queue) => ({ ...queue, waiting: found.get(queue.queue) ?? 0 }));
}
