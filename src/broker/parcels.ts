import type { Failures, Outgoing } from './broker.ts';
import { encode } from './codec.ts';
import { routeOf, type Topology } from './topology.ts';

/** Messages in one parcel at most, and how long its body may grow, in characters; a single message may be longer. */
const mostMessages = 256;
const mostText = 64 * 1024;

/** The part of its delay that a message may be late by: so it travels with others, and climbs fewer rungs of a ladder. It is never early. */
const lateShare = 0.1;

/**
 * Messages that travel as one, because they go the same way: by one route, or straight to one queue. `body` is what is stored and sent:
 * the JSON of the one envelope, or of an array of them. A message that is tried again always travels alone.
 */
export type Parcel = Failures & {
  /** The routing key, where it is routed. */
  route?: string;
  /** The queue, where it goes straight to one. */
  queue?: string;
  /** Milliseconds for which everything in it has to wait, and by how many more it may be late. */
  delayMs: number;
  slackMs: number;
  body: string;
  /** What is in it, in its order. */
  messages: readonly Outgoing[];
  /** The id of its first message. */
  id: string;
};

type Open = {
  parcel: Omit<Parcel, 'delayMs' | 'slackMs' | 'body' | 'messages'>;
  /** The longest delay in it, and how late nothing in it may come, milliseconds. */
  delayMs: number;
  latestMs: number;
  messages: Outgoing[];
  texts: string[];
  length: number;
};

/**
 * Packs messages so that as few as possible travel, without ever letting a message of an order overtake another of the same order.
 * A parcel holds what was published together; nothing waits for more, so at low load it holds one message.
 */
export function pack(topology: Topology, messages: readonly Outgoing[]): Parcel[] {
  const parcels: Open[] = [];
  const openBy = new Map<string, number>();
  const lastOf = new Map<string, number>();
  const timers: Timer[] = [];
  for (const message of messages) {
    if (isTimer(message)) {
      timers.push(message);
      continue;
    }
    const { envelope, queue, delayMs = 0, attempt = 0, failingSince } = message;
    const text = encode(envelope);
    const way = queue === undefined ? { route: routeOf(topology, envelope.type, envelope.key) } : { queue };
    const name = queue ?? (way.route as string);
    const alone = delayMs > 0 || attempt > 0 || failingSince !== undefined;
    let at = alone ? undefined : openBy.get(name);
    if (at !== undefined && (isFull(parcels[at]!, text) || at < (lastOf.get(envelope.key) ?? 0))) at = undefined;
    if (at === undefined) {
      const failures: Failures = failingSince === undefined ? { attempt } : { attempt, failingSince };
      at = parcels.push(opened({ ...way, ...failures, id: envelope.id }, delayMs)) - 1;
      if (!alone) openBy.set(name, at);
    }
    add(parcels[at]!, message, text);
    lastOf.set(envelope.key, at);
  }
  return [...parcels, ...packTimers(timers)].map(closed);
}

type Timer = Outgoing & { queue: string; delayMs: number };

/** Of messages that come back later no one can be overtaken: each is due at a time of its own. */
const isTimer = (message: Outgoing): message is Timer => {
  const { queue, delayMs = 0, attempt = 0, failingSince } = message;
  return queue !== undefined && delayMs > 0 && attempt === 0 && failingSince === undefined;
};

/** Those that go to the same queue travel together where none of them comes too late for it: from the shortest delay on, as many as may. */
function packTimers(timers: readonly Timer[]): Open[] {
  const parcels: Open[] = [];
  const openBy = new Map<string, Open>();
  for (const timer of [...timers].sort((a, b) => a.delayMs - b.delayMs)) {
    const { envelope, queue, delayMs } = timer;
    const text = encode(envelope);
    let open = openBy.get(queue);
    if (!open || delayMs > open.latestMs || isFull(open, text)) {
      open = opened({ queue, attempt: 0, id: envelope.id }, delayMs);
      openBy.set(queue, open);
      parcels.push(open);
    }
    open.delayMs = delayMs;
    add(open, timer, text);
  }
  return parcels;
}

const opened = (parcel: Open['parcel'], delayMs: number): Open => ({
  parcel,
  delayMs,
  latestMs: Math.floor(delayMs * (1 + lateShare)),
  messages: [],
  texts: [],
  length: 0,
});

const isFull = ({ texts, length }: Open, text: string): boolean =>
  texts.length >= mostMessages || length + text.length > mostText;

function add(open: Open, message: Outgoing, text: string): void {
  open.messages.push(message);
  open.texts.push(text);
  open.length += text.length + 1;
}

const closed = ({ parcel, delayMs, latestMs, messages, texts }: Open): Parcel => ({
  ...parcel,
  delayMs,
  slackMs: Math.max(0, latestMs - Math.ceil(delayMs)),
  body: texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`,
  messages,
});
