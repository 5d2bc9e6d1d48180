import { randomBytes, randomUUID } from 'node:crypto';

/** The id that a request came with, where it is a decent one; otherwise a new one. */
export const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();

/** W3C Trace Context: version, trace, parent, flags. Later versions may have more behind it. */
const traceparent = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-.*)?$/;

/** Whether this names a trace that somebody else began, so that it can be carried on. */
export const isTraceparent = (given: unknown): given is string =>
  typeof given === 'string' && traceparent.test(given) && (given.length === 55 || !given.startsWith('00'));

/** Begins a trace. It is marked as sampled, so that services which collect traces keep it. */
export const newTraceparent = (): string =>
  `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
