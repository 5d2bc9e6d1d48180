import { type Unpacked, unpack, unpackAny } from '../codec.ts';
import type { AnyEnvelope, Envelope } from '../envelope.ts';

/** A stored body. It is written as text, which SQLite gives back faster than bytes; bytes are there only where a fault put them. */
export type Body = string | Buffer;

/** Body -> its messages, each checked against the schema of its type. */
export const messagesIn = (body: Body): Unpacked<Envelope>[] => unpack(asBuffer(body));

/** Body -> its messages of any type, their data unchecked. */
export const anyMessagesIn = (body: Body): Unpacked<AnyEnvelope>[] => unpackAny(asBuffer(body));

/** The codec asks a body for nothing but `toString()`; a text made into bytes only to be made into text again would cost a fifth. */
const asBuffer = (body: Body): Buffer => body as Buffer;
