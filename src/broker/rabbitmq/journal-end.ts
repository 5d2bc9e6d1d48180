import type { Channel, ConsumeMessage } from 'amqplib';
import { encode } from '../codec.ts';
import { OutcomeUnknown } from '../errors.ts';
import type { Topology } from '../topology.ts';
import { within } from './deadline.ts';
import type { Generation } from './generation.ts';
import { offsetOf } from './journal.ts';
import { markerOf } from './outgoing.ts';

/** Parcels that may come before the marker is seen, unacked, at most. */
const prefetch = 500;
/** Milliseconds until another marker is sent where one was not seen. */
const markerMs = 2_000;
/** Milliseconds to look for the marker at most. */
const endMs = 10_000;

/**
 * The offset after a marker put into the journal now: every entry published before lies below.
 * @throws {OutcomeUnknown} the link was lost, or is blocked for too long
 */
export async function journalEnd(generation: Generation, topology: Topology, now: number): Promise<number> {
  // On the publishing connection, where even opening a channel gets no reply while the broker blocks it.
  const opening = generation.openAside('publishing');
  try {
    const found = opening.then((channel) => passMarker(channel, topology.journal.name, now));
    return await within(generation.unlessLost(found), endMs, 'Finding the end of the journal');
  } catch (cause) {
    throw new OutcomeUnknown(cause);
  } finally {
    opening.then((channel) => channel.close()).catch(() => {});
  }
}

/** One channel both listens and publishes, so the broker listens already when the marker comes. */
async function passMarker(channel: Channel, queue: string, now: number): Promise<number> {
  const marker = markerOf(now);
  const content = Buffer.from(encode(marker));
  let repeat: NodeJS.Timeout | undefined;
  const send = () => {
    try {
      channel.sendToQueue(queue, content, { persistent: true, messageId: marker.id, type: marker.type });
    } catch {
      clearInterval(repeat); // nobody waits any more: the channel is closing
    }
  };
  await channel.prefetch(prefetch, false);
  try {
    return await new Promise<number>((resolve, reject) => {
      const onMessage = (message: ConsumeMessage | null) => {
        if (!message) reject(new Error('The broker ended the subscription to the journal.'));
        else if (message.properties.messageId === marker.id) resolve(offsetOf(message) + 1);
        else channel.ack(message);
      };
      channel.on('close', () => reject(new Error('The broker closed the channel.')));
      channel
        .consume(queue, onMessage, { arguments: { 'x-stream-offset': 'next' } })
        .then(() => {
          send();
          repeat = setInterval(send, markerMs);
        })
        .catch(reject);
    });
  } finally {
    clearInterval(repeat);
  }
}
