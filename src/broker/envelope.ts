import type { Messages, MessageType } from '../actors/messages.ts';

/** What travels: one message and where it belongs. */
export type Envelope<T extends MessageType = MessageType> = {
  [K in T]: {
    /** Unique; a message that comes twice comes under the same id. Ids made later sort later (UUID version 7). */
    id: string;
    type: K;
    /** The order it is about: one actor instance a key, and messages of one key stay in order. */
    key: string;
    /** When it was made, epoch milliseconds. */
    at: number;
    data: Messages[K];
    /** The id of the message whose handling made this one. */
    cause?: string;
    /** Where an answer goes; made by `Broker.request`, opaque to everyone else. */
    replyTo?: string;
  };
}[T];

/** An envelope whose type may be one that this version does not know, as the journal can hold. */
export type AnyEnvelope = Omit<Envelope, 'type' | 'data'> & { type: string; data: Record<string, unknown> };
