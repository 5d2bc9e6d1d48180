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
  const schema = schemas[envelope.type as MessageType] as (typeof schemas)[MessageType] | undefined;
  if (!schema) throw new Undecodable(`The message type "${envelope.type}" is unknown to this version.`);
  const result = schema.safeParse(envelope.data);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new Undecodable(`${envelope.type}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  return envelope as unknown as Envelope;
}

/** @throws {Undecodable} */
function anyEnvelope(value: unknown): AnyEnvelope {
  if (!isEnvelope(value))
    throw new Undecodable('The body is JSON, but no message: it needs id, type, key, at and data.');
  return value;
}

function isEnvelope(value: unknown): value is AnyEnvelope {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type, key, at, data, cause, replyTo } = value as Partial<AnyEnvelope>;
  return (
    [id, type, key].every((text) => typeof text === 'string' && text.length > 0 && text.length <= 200) &&
    Number.isSafeInteger(at) &&
    typeof data === 'object' &&
    data !== null &&
    [cause, replyTo].every((text) => text === undefined || typeof text === 'string')
  );
}
