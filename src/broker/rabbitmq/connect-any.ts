import type { ChannelModel } from 'amqplib';
import { BaedalError, reasonOf } from '../../errors.ts';
import { BrokerUnreachable } from '../errors.ts';
import { connectUrls, redactUrl } from './broker-url.ts';
import { connectOne } from './connect.ts';

/** Milliseconds that it may take to connect to one of the nodes. */
const connectMs = 5_000;

/**
 * One connection to whichever node lets us in, the first one first.
 * @param address as `--broker` has it
 * @param purpose stands in its name, which the broker shows
 * @throws {BrokerRefused | BrokerUnreachable} none does
 */
export async function connectAny(address: string, purpose: string): Promise<ChannelModel> {
  const redactedUrl = redactUrl(address);
  let last: unknown;
  for (const url of connectUrls(address)) {
    try {
      return await connectOne(url, redactedUrl, purpose, connectMs);
    } catch (error) {
      if (error instanceof BaedalError) throw error;
      last = error;
    }
  }
  throw new BrokerUnreachable(redactedUrl, last, reasonOf(last));
}

/** Makes sure that somebody is there. @throws as `connectAny` */
export async function mustReach(address: string): Promise<void> {
  const model = await connectAny(address, 'look');
  await model.close();
}
