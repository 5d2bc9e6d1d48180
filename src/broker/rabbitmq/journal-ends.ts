import type { ChannelModel } from 'amqplib';
import { codeOf } from './declare.ts';
import { offsetOf } from './journal.ts';

/** A stream gives nothing for this long once all was given, milliseconds. */
const quietMs = 300;
/** A journal that grows all the time has no end: at most so long, milliseconds. */
const longestMs = 2_000;

/**
 * The first entry that the journal still has, and the number that the next one gets, about: read and not marked, so that nothing is
 * written. Null where it is empty or not there.
 */
export async function journalEnds(model: ChannelModel, queue: string): Promise<{ first: number; end: number } | null> {
  const first = await offsetFrom(model, queue, 'first');
  const last = first === undefined ? undefined : await offsetFrom(model, queue, 'last');
  return first === undefined || last === undefined ? null : { first, end: last + 1 };
}

/** The first offset that comes, or for `last` the last one. */
async function offsetFrom(model: ChannelModel, queue: string, from: 'first' | 'last'): Promise<number | undefined> {
  const channel = await model.createChannel();
  channel.on('error', () => {});
  try {
    await channel.prefetch(500);
    return await new Promise<number | undefined>((resolve, reject) => {
      let found: number | undefined;
      const giveUpAt = performance.now() + longestMs;
      let timer = setTimeout(() => resolve(found), longestMs);
      const onMessage = (message: Parameters<Parameters<typeof channel.consume>[1]>[0]) => {
        clearTimeout(timer);
        if (!message) return resolve(found);
        found = offsetOf(message);
        channel.ack(message);
        if (from === 'first' || performance.now() > giveUpAt) return resolve(found);
        timer = setTimeout(() => resolve(found), quietMs);
      };
      channel.consume(queue, onMessage, { arguments: { 'x-stream-offset': from } }).catch(reject);
    });
  } catch (thrown) {
    if (codeOf(thrown) === 404) return undefined;
    throw thrown;
  } finally {
    await channel.close().catch(() => {});
  }
}
