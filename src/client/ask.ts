import type { Answer } from '../actors/actor.ts';
import type { Commands } from '../actors/messages.ts';
import type { Broker } from '../broker/broker.ts';
import type { Envelope } from '../broker/envelope.ts';
import { BaedalError } from '../errors.ts';
import { Refused, TimedOut } from './errors.ts';
import { newId } from './new-id.ts';

/** What an actor says that has done what it was asked for. */
export type Done = Extract<Answer, { outcome: 'done' }>;

/**
 * Makes a request of an actor and waits for the answer.
 * @throws {Refused} the actor said no
 * @throws {TimedOut} nobody answered
 */
export async function ask<T extends keyof Commands>(
  broker: Broker,
  type: T,
  data: Commands[T],
  timeoutMs: number,
): Promise<Done> {
  const envelope = { id: newId(), type, key: data.orderId, at: Date.now(), data } as Envelope;
  const answer = await broker.request(envelope, timeoutMs).catch((error: unknown) => {
    if (error instanceof BaedalError && error.code === 'timed-out')
      throw new TimedOut(
        `Nobody answered within ${timeoutMs / 1000} s. Is \`baedal up\` running with this broker and namespace? See later with \`baedal order status ${data.orderId}\`.`,
        { cause: error },
      );
    throw error;
  });
  if (answer.outcome === 'refused') throw new Refused(answer.code, answer.reason, answer.retryAfterMs);
  return answer;
}
