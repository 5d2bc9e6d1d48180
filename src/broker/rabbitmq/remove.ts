import type { ChannelModel } from 'amqplib';
import type { Topology } from '../topology.ts';
import { connectAny } from './connect-any.ts';
import { declarationsOf, homeMark, readyFlag } from './declare.ts';

/**
 * Deletes everything that a topology stands for, with all that is in it. Nobody may use it any more.
 * @param address as `--broker` has it
 * @throws {BrokerRefused | BrokerUnreachable}
 */
export async function removeTopology(address: string, topology: Topology): Promise<void> {
  const model = await connectAny(address, 'removal');
  try {
    await clearTopology(model, topology);
  } finally {
    await model.close();
  }
}

/** The same on a connection that is there. */
export async function clearTopology(model: ChannelModel, topology: Topology): Promise<void> {
  const channel = await model.createChannel();
  const { queues, exchanges } = declarationsOf(topology);
  for (const { name } of queues) await channel.deleteQueue(name);
  for (const { name } of exchanges) await channel.deleteExchange(name);
  await channel.deleteExchange(readyFlag(topology));
  await channel.deleteExchange(homeMark(topology));
  await channel.close();
}
