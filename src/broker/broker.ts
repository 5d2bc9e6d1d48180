import type { Answer } from '../actors/actor.ts';
import type { AnyEnvelope, Envelope } from './envelope.ts';
import type { Topology } from './topology.ts';

/** How the handling of a message has failed so far. */
export type Failures = {
  /** How often. */
  attempt: number;
  /** When it did so first, epoch milliseconds; missing where it has not. */
  failingSince?: number;
};

/** One message on its way out. Without `queue` it goes to every queue, and the journal, that its type is routed to. */
export type Outgoing = Partial<Failures> & {
  envelope: Envelope;
  /** Straight to this queue instead. Such a message is not put in the journal. */
  queue?: string;
  /** Not delivered before this many milliseconds have passed; needs `queue`. Default 0. */
  delayMs?: number;
};

/** One message in hand. What was never acked comes back: after a crash, a lost connection, or a stop. */
export type Delivery = Readonly<Failures> & {
  readonly envelope: Envelope;
  /**
   * Gives it out of hand. It may take effect a little later; one that is lost on the way means the message comes again.
   * Messages published together may come again together: an acked one too, until the last of them is acked.
   */
  ack(): void;
};

export type ConsumeOptions = {
  /** Messages that are given and not acked, at most. */
  prefetch: number;
  onDeliveries(deliveries: Delivery[]): void;
  /** What was given so far and not acked comes again, since the link was lost: what nobody has begun with can be forgotten. */
  onLoss?(): void;
};

/** A message that could not be handled. */
export type DeadLetter = {
  /** The queue it was taken from. */
  queue: string;
  /** Why it is here, for people. */
  reason: string;
  /** What lies behind that, for those who have to find out; where there is more to say. */
  cause?: string;
  /** How often its handling was tried. */
  attempts: number;
  /** When it failed first, epoch milliseconds; where that is known. */
  firstAt?: number;
  /** When it was given up, epoch milliseconds. */
  at: number;
  /** Its body as it came, as text. */
  body: string;
};

export type JournalEntry = {
  /** Never falls. Entries that were published together may share one, and are then given together. */
  offset: number;
  /** Missing where the stored bytes are no envelope, or are of a type that this version knows and are not like that. */
  envelope?: AnyEnvelope;
};

/** Something that goes on until it is stopped. */
export type Subscription = {
  /** Takes nothing more. What is in hand can still be acked until the broker is closed. Safe to call twice. */
  stop(): Promise<void>;
};

/** How much one queue holds. */
export type QueueDepth = {
  queue: string;
  /** Whose work it is; `dead letters` for the queue of those. */
  actor: string;
  partition: number;
  /** How many entries wait. Messages that travel together are one entry. What is in hand is counted or not, as the transport has it. */
  waiting: number;
};

/** How the link to the broker is. `since`: epoch milliseconds. */
export type LinkState = { state: 'up' | 'down' | 'blocked'; since: number; reason?: string };

/**
 * How messages travel. Two transports keep this contract, RabbitMQ and the embedded one; test/broker/contract.ts is the contract.
 * A transport survives the loss of its link by itself: subscriptions come back on their own, unacked messages are delivered again.
 */
export interface Broker {
  readonly topology: Topology;

  /**
   * Resolves when every message is stored to survive a crash. A timer of `delayMs` is never early.
   * Messages of one order keep their order in each queue, within one call and over calls one after the other: the events among themselves,
   * and the rest among itself.
   * @throws {OutcomeUnknown} the link was lost first; publish again under the same ids
   * @throws {Unroutable | PublishRefused | Unsendable} a message was not stored; the others may have been
   */
  publish(messages: readonly Outgoing[]): Promise<void>;

  /**
   * Gives the messages of a queue to one consumer among all processes; the others stand by and take over when it goes.
   * A body that is no envelope goes to the dead letters by itself.
   */
  consume(queue: string, options: ConsumeOptions): Promise<Subscription>;

  /**
   * Publishes `envelope` with a reply address and waits for the first answer. While the link is down it keeps trying.
   * @param timeoutMs milliseconds to wait in all
   * @throws {RequestTimedOut} nobody answered; the request may still be read later
   */
  request(envelope: Envelope, timeoutMs: number): Promise<Answer>;

  /** Sends an answer to whoever waits at `replyTo`. Not durable: who does not wait any more does not get it. Never throws. */
  answer(replyTo: string, answer: Answer): void;

  /**
   * Reads the journal from offset `from` on (0: from its start) and then follows it. `onEntries` is awaited before more is given.
   * Entries whose `onEntries` throws are given again a second later.
   * An entry can come twice, under the same envelope id, after a loss of the link or a crash of its sender.
   */
  readJournal(from: number, onEntries: (entries: JournalEntry[]) => void | Promise<void>): Promise<Subscription>;

  /** An offset such that every entry published before this call lies below it. */
  journalEnd(): Promise<number>;

  /** Puts letters with the dead; resolves when they are stored. */
  bury(letters: readonly DeadLetter[]): Promise<void>;

  /** Takes dead letters out of the broker, one consumer among all processes, like `consume`. */
  exhume(onLetter: (letter: DeadLetter, ack: () => void) => void): Promise<Subscription>;

  /**
   * Tells everybody who listens now, this broker's own listeners too. Not stored: it may be lost, above all where several are told one
   * right after the other. Never throws, never waits.
   */
  broadcast(body: object): void;

  /**
   * Gives what is broadcast from now on, by whomever, for as long as the link is up, and again once it is back. What is no JSON object is
   * dropped silently; a listener that throws is warned of and is told the next one all the same.
   */
  onBroadcast(listener: (body: unknown) => void): Promise<Subscription>;

  /**
   * How much waits in every work queue, and in that of the dead letters. For people to look at, never a proof of anything: the numbers
   * are of different moments, and a broker may well say 0 of a queue that is not empty.
   * @throws {BrokerUnreachable} the link is down, for longer than a few seconds
   */
  depths(): Promise<QueueDepth[]>;

  /** How the link is now, and each time it changes. Returns how to stop listening. */
  onLink(listener: (link: LinkState) => void): () => void;

  /** Writes what acks are outstanding, then lets go of everything, within `graceMs` (default 5000). Safe to call twice. */
  close(graceMs?: number): Promise<void>;
}
