import { randomUUID } from 'node:crypto';
import type { Message } from 'amqplib';
import type { DeadLetter } from '../broker.ts';
import { letterIn, textOf } from '../dead-letter.ts';
import type { Topology } from '../topology.ts';
import { warnOf } from '../warn.ts';
import type { Publication } from './batch.ts';
import type { Taker } from './intake.ts';
import { failuresIn, type Headers } from './outgoing.ts';

const typeName = 'DeadLetter';

/** A dead letter -> what goes to the dead-letter queue. */
export const publicationOf = (topology: Topology, letter: DeadLetter): Publication => ({
  exchange: '',
  routingKey: topology.deadLetters,
  content: Buffer.from(textOf(letter)),
  // With an id, so that one that is returned is told from the others published with it.
  options: {
    persistent: true,
    mandatory: true,
    contentType: 'application/json',
    type: typeName,
    messageId: randomUUID(),
  },
});

/** What lies in the dead-letter queue -> a dead letter, whoever put it there. */
export function letterOf(message: Message, now: () => number): DeadLetter {
  if (message.properties.type === typeName) {
    const letter = letterIn(message.content.toString());
    if (letter) return letter;
  }
  const headers = message.properties.headers ?? {};
  const death = deathIn(headers);
  const { attempt: attempts, failingSince } = failuresIn(headers as Headers);
  const failures = { attempts, ...(failingSince !== undefined && { firstAt: failingSince }) };
  const body = message.content.toString();
  if (!death)
    return {
      queue: message.fields.routingKey,
      reason: 'Somebody put this here by hand.',
      ...failures,
      at: now(),
      body,
    };
  // Not by x-delivery-count: on our way here that counts how often the letter itself was delivered, so it would be another one each time.
  return {
    queue: death.queue,
    reason: `RabbitMQ gave it up: ${death.reason.replaceAll('_', ' ')}.`,
    ...failures,
    at: death.at ?? now(),
    body,
  };
}

/** What RabbitMQ says of a message that it gave up: where, why, and when, epoch milliseconds. Somebody else may have written anything there. */
function deathIn(headers: Record<string, unknown>): { queue: string; reason: string; at?: number } | undefined {
  const [death] = [headers['x-death']].flat() as [{ queue?: unknown; reason?: unknown; time?: { value?: unknown } }?];
  const queue = headers['x-first-death-queue'] ?? death?.queue;
  const reason = death?.reason;
  if (typeof queue !== 'string' || typeof reason !== 'string') return undefined;
  const seconds = death?.time?.value;
  return { queue, reason, ...(typeof seconds === 'number' && { at: seconds * 1_000 }) };
}

/** Gives each dead letter as it comes. */
export const exhumer = (now: () => number, onLetter: (letter: DeadLetter, ack: () => void) => void): Taker => ({
  take(taken) {
    for (const { message, acks } of taken) {
      try {
        onLetter(letterOf(message, now), () => acks.finish(message.fields.deliveryTag));
      } catch (thrown) {
        warnOf(thrown, 'The reader of dead letters');
      }
    }
  },
  giveBack(taken) {
    for (const { message, acks } of taken) acks.giveBack(message.fields.deliveryTag);
  },
});
