import { randomUUID } from 'node:crypto';
import type { Failures } from '../broker.ts';
import type { AnyEnvelope } from '../envelope.ts';
import type { Parcel } from '../parcels.ts';
import { rungFor, type Topology } from '../topology.ts';
import type { Publication } from './batch.ts';
import { messagesExchange, rungName } from './declare.ts';

/** When a parcel may be delivered: not before `due`, epoch milliseconds, and where it saves a rung, `slack` milliseconds later. */
export type Due = { due: number; slack: number };

/** Our own message headers. */
export type Headers = Partial<Failures> & Partial<Due>;

/** What the headers of a message say of its failures. Somebody else may have written anything there. */
export function failuresIn(headers: Headers | undefined): Failures {
  const { attempt, failingSince } = headers ?? {};
  return {
    attempt: isCount(attempt) ? attempt : 0,
    ...(isCount(failingSince) && { failingSince }),
  };
}

/** When a message is due, if its headers say so. */
export function dueIn({ due, slack }: Headers = {}): Due | undefined {
  return isCount(due) ? { due, slack: isCount(slack) ? slack : 0 } : undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * One parcel on its way out -> what amqplib is told. What a parcel's messages share goes by it: their route, so their type too.
 * @throws {TypeError} it is delayed, and goes to no one queue
 */
export function publicationOf(topology: Topology, parcel: Parcel, now: number): Publication {
  const { route, queue, delayMs, slackMs, id } = parcel;
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
  const when = { due: now + Math.ceil(delayMs), slack: slackMs };
  return delayed(topology, { queue, content, id, failures: parcel, when, now });
}

/** Up the delay ladder, a rung at a time, as often as needed. */
export function delayed(
  topology: Topology,
  timer: { queue: string; content: Buffer; id: string; failures: Failures; when: Due; now: number },
): Publication {
  const { queue, content, id, failures, when, now } = timer;
  const exchange = rungName(topology, rungFor(topology, when.due - now, when.slack));
  return { exchange, routingKey: queue, content, options: optionsOf(id, failures, when) };
}

function optionsOf(id: string, { attempt, failingSince }: Failures, when?: Due): Publication['options'] {
  const options: Publication['options'] = {
    persistent: true,
    mandatory: true,
    contentType: 'application/json',
    messageId: id,
  };
  if (when || failingSince !== undefined || attempt > 0)
    options.headers = {
      attempt,
      ...when,
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
