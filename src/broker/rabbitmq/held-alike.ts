import type { Channel, ChannelModel } from 'amqplib';
import { reasonOf } from '../../errors.ts';
import { codeOf } from './declare.ts';

/** Whether the broker has something, and as this version declares it. */
export type Held =
  | { state: 'alike' | 'missing' }
  /** With other settings: the first one that differs, as far as the broker says. */
  | { state: 'other'; argument: string; ours: string; theirs: string }
  | { state: 'unknown'; reason: string };

/**
 * Asks whether something is there, and only then declares it: the broker turns a declaration down that differs from what is there, and
 * says in what. So nothing is made, unless somebody deletes it in the very moment between.
 * @throws what is no answer of the broker, such as the loss of the link
 */
export async function heldAlike(
  model: ChannelModel,
  { check, assert }: { check(channel: Channel): Promise<unknown>; assert(channel: Channel): Promise<unknown> },
): Promise<Held> {
  const channel = await model.createChannel(); // of its own, since the answer "no" closes it
  channel.on('error', () => {});
  try {
    await check(channel);
    await assert(channel);
  } catch (thrown) {
    return heldBy(thrown);
  }
  await channel.close();
  return { state: 'alike' };
}

function heldBy(thrown: unknown): Held {
  const code = codeOf(thrown);
  const reason = reasonOf(thrown);
  // A queue whose node is down is said not to be found either, but in other words.
  if (code === 404 && /no (queue|exchange) '/.test(reason)) return { state: 'missing' };
  if (typeof code !== 'number') throw thrown;
  if (code !== 406) return { state: 'unknown', reason: inShort(reason) };
  const [, argument = 'another setting', received = '', current = ''] =
    /inequivalent arg '([^']*)'.*?: received (.*?) but current is (.*?)"?$/s.exec(reason) ?? [];
  return { state: 'other', argument, ours: toldValue(received), theirs: toldValue(current) };
}

/** `the value '5' of type 'long'` -> `5`. */
const toldValue = (text: string): string =>
  /^the value '(.*)' of type/s.exec(text)?.[1] ?? text.replace(/^'(.*)'$/s, '$1');

/** What the broker said itself, without what amqplib says around it. */
const inShort = (reason: string): string => /with message "(.*)"$/s.exec(reason)?.[1] ?? reason;
