import { createHash } from 'node:crypto';
import type { DeadLetter } from '../broker/broker.ts';
import { type Unpacked, unpackAny } from '../broker/codec.ts';
import type { AnyEnvelope, Envelope } from '../broker/envelope.ts';
import type { Topology } from '../broker/topology.ts';

/** Characters of a reason, and of a body, that are kept. No message of ours is as long as that. */
const mostReason = 2_000;
const mostBody = 1_000_000;

/**
 * A dead letter -> what the journal is told of it: an event for each message in it, as the broker may have given up several that
 * travelled together. The same letter comes to the same events.
 */
export function buriedMessages(letter: DeadLetter, topology: Topology): Envelope<'MessageBuried'>[] {
  const { queue, reason } = letter;
  const attempts = wholeNumber(letter.attempts);
  const at = wholeNumber(letter.at);
  const cause = letter.cause?.slice(0, mostReason);
  const firstAt = letter.firstAt === undefined ? undefined : wholeNumber(letter.firstAt);
  const actor = topology.queues.find(({ name }) => name === queue)?.actor;
  const parts = unpackAny(letter.body);
  return parts.map((part) => {
    const body = parts.length === 1 ? letter.body : textOf(part);
    const letterId = letterIdOf({ queue, body, attempts, at });
    return {
      id: `buried-${letterId}`,
      type: 'MessageBuried',
      key: 'dead-letters',
      at,
      data: {
        letterId,
        queue: queue.slice(0, mostReason),
        ...(actor !== undefined && { actor }),
        ...('envelope' in part && {
          messageId: part.envelope.id,
          type: part.envelope.type,
          orderId: part.envelope.key,
        }),
        reason: reason.slice(0, mostReason),
        ...(cause !== undefined && { cause }),
        attempts,
        ...(firstAt !== undefined && { firstAt }),
        at,
        body: body.slice(0, mostBody),
      },
    };
  });
}

/** Twenty hexadecimal digits. The same message that dies again, at another time, is another letter. */
function letterIdOf(of: Pick<DeadLetter, 'queue' | 'body' | 'attempts' | 'at'>): string {
  const { queue, body, attempts, at } = of;
  return createHash('sha256')
    .update(JSON.stringify([queue, attempts, at, body]))
    .digest('hex')
    .slice(0, 20);
}

const textOf = (part: Unpacked<AnyEnvelope>): string =>
  'envelope' in part ? JSON.stringify(part.envelope) : part.text;

/** Whoever put it there by hand may have written anything. */
const wholeNumber = (value: number): number => (Number.isSafeInteger(value) && value >= 0 ? value : 0);
