import type { MessageType } from '../actors/messages.ts';
import type { AnyEnvelope, Envelope } from './envelope.ts';
import { Undecodable } from './errors.ts';
import { deepest, isTooDeep } from './nesting.ts';
import { schemas } from './schemas.ts';

/** Envelope -> JSON. */
export const encode = (envelope: Envelope | AnyEnvelope): string => JSON.stringify(envelope);

/** What is stored and sent: UTF-8 JSON, as bytes or as text. */
export type Body = Buffer | string;

/** One message of a body: its envelope, or what is wrong with it and the text that it was. */
export type Unpacked<E> = { envelope: E } | { problem: Undecodable; text: string };

/**
 * A body -> the messages in it, each checked against the schema of its type. A bad one never hurts the others;
 * a body that is no JSON is one bad message.
 */
export const unpack = (body: Body): Unpacked<Envelope>[] => each(body, checked);

/**
 * As `unpack`, but for a reader of the journal, which may hold messages of types that this version does not know: those are given as they
 * are.
 */
export const unpackJournal = (body: Body): Unpacked<AnyEnvelope>[] => each(body, ofJournal);

/** A body -> the messages in it, of any type, their data unchecked. */
export const unpackAny = (body: Body): Unpacked<AnyEnvelope>[] => each(body, anyEnvelope);

function each<E>(body: Body, read: (value: unknown) => E): Unpacked<E>[] {
  const text = body.toString();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    return [{ problem: new Undecodable('The body is not JSON.', { cause }), text }];
  }
  if (isTooDeep(text)) return [{ problem: new Undecodable(`The body is nested more than ${deepest} deep.`), text }];
  if (!Array.isArray(parsed)) return [one(parsed, read, text)];
  if (parsed.length === 0) return [{ problem: new Undecodable('The body is an empty parcel.'), text }];
  return parsed.map((value) => one(value, read));
}

function one<E>(value: unknown, read: (value: unknown) => E, text?: string): Unpacked<E> {
  try {
    return { envelope: read(value) };
  } catch (problem) {
    return { problem: problem as Undecodable, text: text ?? JSON.stringify(value) };
  }
}

/** @throws {Undecodable} with what is wrong and where */
function checked(value: unknown): Envelope {
  const envelope = anyEnvelope(value);
  if (!isKnown(envelope.type)) throw new Undecodable(`The message type "${envelope.type}" is unknown to this version.`);
  mustFit(envelope, envelope.type);
  return envelope as unknown as Envelope;
}

/** @throws {Undecodable} it is of a type that is known, and is not like that */
function ofJournal(value: unknown): AnyEnvelope {
  const envelope = anyEnvelope(value);
  if (isKnown(envelope.type)) mustFit(envelope, envelope.type);
  return envelope;
}

/** Its own only: every object has a `constructor`. */
const isKnown = (type: string): type is MessageType => Object.hasOwn(schemas, type);

/** @throws {Undecodable} */
function mustFit({ data }: AnyEnvelope, type: MessageType): void {
  const result = schemas[type].safeParse(data);
  if (result.success) return;
  const [issue] = result.error.issues;
  throw new Undecodable(`${type}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

/** @throws {Undecodable} */
function anyEnvelope(value: unknown): AnyEnvelope {
  if (!isEnvelope(value))
    throw new Undecodable(
      `The body is JSON, but no message: it needs id, type and key, of ${mostLetters} letters and ${mostBytes} bytes at most, at and data.`,
    );
  return value;
}

/** An id, a type or a key: how long it may be. What is tried again travels under its id, for which AMQP has so many bytes and no more. */
const mostLetters = 200;
const mostBytes = 255;

const isName = (text: unknown): boolean =>
  typeof text === 'string' && text.length > 0 && text.length <= mostLetters && Buffer.byteLength(text) <= mostBytes;

function isEnvelope(value: unknown): value is AnyEnvelope {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type, key, at, data, cause, replyTo } = value as Partial<AnyEnvelope>;
  return (
    [id, type, key].every(isName) &&
    Number.isSafeInteger(at) &&
    typeof data === 'object' &&
    data !== null &&
    [cause, replyTo].every((text) => text === undefined || typeof text === 'string')
  );
}
