import type { MessageType } from '../actors/messages.ts';
import type { AnyEnvelope, Envelope } from './envelope.ts';
import { Undecodable } from './errors.ts';
import { schemas } from './schemas.ts';

/** Envelope -> bytes: UTF-8 JSON. */
export const encode = (envelope: Envelope | AnyEnvelope): Buffer => Buffer.from(JSON.stringify(envelope));

/**
 * Bytes -> an envelope whose data has been checked against the schema of its type.
 * @throws {Undecodable} with what is wrong and where
 */
export function decode(body: Buffer): Envelope {
  const envelope = decodeAny(body);
  const schema = schemas[envelope.type as MessageType] as (typeof schemas)[MessageType] | undefined;
  if (!schema) throw new Undecodable(`The message type "${envelope.type}" is unknown to this version.`);
  const checked = schema.safeParse(envelope.data);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new Undecodable(`${envelope.type}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  return envelope as unknown as Envelope;
}

/**
 * Bytes -> an envelope of any type, its data unchecked.
 * @throws {Undecodable} with what is wrong
 */
export function decodeAny(body: Buffer): AnyEnvelope {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch (cause) {
    throw new Undecodable('The body is not JSON.', { cause });
  }
  if (!isEnvelope(parsed))
    throw new Undecodable('The body is JSON, but no message: it needs id, type, key, at and data.');
  return parsed;
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
