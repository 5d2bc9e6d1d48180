import type { ChannelModel } from 'amqplib';
import type { Topology } from '../topology.ts';
import { connectUrls, redactUrl } from './broker-url.ts';
import { connectOne } from './connect.ts';
import { declarationsOf, homeMark, readyFlag } from './declare.ts';

/** Milliseconds that it may take to connect. */
const connectMs = 5_000;

/**
 * Deletes everything that a topology stands for, with all that is in it. Nobody may use it any more.
 * @param address as `--broker` has it
 */
export async function removeTopology(address: string, topology: Topology): Promise<void> {
  const model = await connectOne(connectUrls(address)[0], redactUrl(address), 'removal', connectMs);
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
