import { randomUUID } from 'node:crypto';
import type { Failures } from '../broker.ts';
import type { AnyEnvelope } from '../envelope.ts';
import type { Parcel } from '../parcels.ts';
import { rungFor, type Topology } from '../topology.ts';
import type { Publication } from './batch.ts';
import { messagesExchange, rungName } from './declare.ts';

/** Our own message headers. `due`: not to be delivered before, epoch milliseconds. */
export type Headers = Partial<Failures> & { due?: number };

/** What the headers of a message say of its failures. Somebody else may have written anything there. */
export function failuresIn(headers: Headers | undefined): Failures {
  const { attempt, failingSince } = headers ?? {};
  return {
    attempt: isCount(attempt) ? attempt : 0,
    ...(isCount(failingSince) && { failingSince }),
  };
}

/** When a message is due, if its headers say so. */
export const dueIn = (headers: Headers | undefined): number | undefined =>
  isCount(headers?.due) ? headers.due : undefined;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * One parcel on its way out -> what amqplib is told. What a parcel's messages share goes by it: their route, so their type too.
 * @throws {TypeError} it is delayed, and goes to no one queue
 */
export function publicationOf(topology: Topology, parcel: Parcel, now: number): Publication {
  const { route, queue, delayMs, id } = parcel;
  const content = Buffer.from(parcel.body);
  if (queue === undefined) {
    if (delayMs > 0) throw new TypeError('A message can only be delayed on its way to one queue: name the queue.');
    const type = route!.slice(0, route!.lastIndexOf('.'));
    return {
      exchange: messagesExchange(topology),
      routingKey: route!,
      content,
      options: { ...optionsOf(id, parcel), type },
    };
  }
  if (delayMs <= 0) return { exchange: '', routingKey: queue, content, options: optionsOf(id, parcel) };
  return delayed(topology, { queue, content, id, failures: parcel, due: now + Math.ceil(delayMs), now });
}

/** Up the delay ladder: through the longest rung that is not too long, as often as needed. */
export function delayed(
  topology: Topology,
  timer: { queue: string; content: Buffer; id: string; failures: Failures; due: number; now: number },
): Publication {
  const { queue, content, id, failures, due, now } = timer;
  const exchange = rungName(topology, rungFor(topology, due - now));
  return { exchange, routingKey: queue, content, options: optionsOf(id, failures, due) };
}

function optionsOf(id: string, { attempt, failingSince }: Failures, due?: number): Publication['options'] {
  const options: Publication['options'] = {
    persistent: true,
    mandatory: true,
    contentType: 'application/json',
    messageId: id,
  };
  if (due !== undefined || failingSince !== undefined || attempt > 0)
    options.headers = {
      attempt,
      ...(due !== undefined && { due }),
      ...(failingSince !== undefined && { failingSince }),
    } satisfies Headers;
  return options;
}

/** Whether the topology has somewhere for it to go. */
export const isRouted = (topology: Topology, { exchange, routingKey }: Publication): boolean =>
  exchange === messagesExchange(topology)
    ? topology.queues.some(({ routes }) => routes.includes(routingKey)) || topology.journal.routes.includes(routingKey)
    : [topology.deadLetters, topology.journal.name, ...topology.queues.map(({ name }) => name)].includes(routingKey);

/** Whether it goes to the journal, and not only past it. */
export const isForJournal = (topology: Topology, { exchange, routingKey }: Publication): boolean =>
  exchange === messagesExchange(topology) && topology.journal.routes.includes(routingKey);

/** Something to look for in the journal. No read model knows the type, so none minds it. */
export const markerOf = (now: number): AnyEnvelope => ({
  id: randomUUID(),
  type: 'JournalMarked',
  key: 'journal',
  at: now,
  data: {},
});
