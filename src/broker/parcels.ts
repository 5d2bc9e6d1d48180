import type { Failures, Outgoing } from './broker.ts';
import { encode } from './codec.ts';
import { routeOf, type Topology } from './topology.ts';

/** Messages in one parcel at most, and how long its body may grow, in characters; a single message may be longer. */
const mostMessages = 256;
const mostText = 64 * 1024;

/**
 * Messages that travel as one, because they go the same way: by one route, or straight to one queue. `body` is what is stored and sent:
 * the JSON of the one envelope, or of an array of them. A message that waits, or is tried again, always travels alone.
 */
export type Parcel = Failures & {
  /** The routing key, where it is routed. */
  route?: string;
  /** The queue, where it goes straight to one. */
  queue?: string;
  delayMs: number;
  body: string;
  /** What is in it, in its order. */
  messages: readonly Outgoing[];
  /** The id of its first message. */
  id: string;
};

type Open = { parcel: Omit<Parcel, 'body' | 'messages'>; messages: Outgoing[]; texts: string[]; length: number };

/**
 * Packs messages so that as few as possible travel, without ever letting a message of an order overtake another of the same order.
 * A parcel holds what was published together; nothing waits for more, so at low load it holds one message.
 */
export function pack(topology: Topology, messages: readonly Outgoing[]): Parcel[] {
  const parcels: Open[] = [];
  const openBy = new Map<string, number>();
  const lastOf = new Map<string, number>();
  for (const message of messages) {
    const { envelope, queue, delayMs = 0, attempt = 0, failingSince } = message;
    const text = encode(envelope);
    const way = queue === undefined ? { route: routeOf(topology, envelope.type, envelope.key) } : { queue };
    const name = queue ?? (way.route as string);
    const alone = delayMs > 0 || attempt > 0 || failingSince !== undefined;
    let at = alone ? undefined : openBy.get(name);
    if (at !== undefined) {
      const { texts, length } = parcels[at]!;
      const full = texts.length >= mostMessages || length + text.length > mostText;
      if (full || at < (lastOf.get(envelope.key) ?? 0)) at = undefined;
    }
    if (at === undefined) {
      const failures: Failures = failingSince === undefined ? { attempt } : { attempt, failingSince };
      at =
        parcels.push({
          parcel: { ...way, ...failures, delayMs, id: envelope.id },
          messages: [],
          texts: [],
          length: 0,
        }) - 1;
      if (!alone) openBy.set(name, at);
    }
    const open = parcels[at]!;
    open.messages.push(message);
    open.texts.push(text);
    open.length += text.length + 1;
    lastOf.set(envelope.key, at);
  }
  return parcels.map(({ parcel, messages, texts }) => ({
    ...parcel,
    body: texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`,
    messages,
  }));
}
