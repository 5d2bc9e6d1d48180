import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const wellFormed = /^[\w.-]{1,128}$/;

/** The id that the caller gave the request, or a new one. */
export function requestIdOf({ headers }: { headers: IncomingHttpHeaders }): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID();
}

const traceparent = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** The trace that the request belongs to (W3C Trace Context), if it says so in a way that is valid. */
export function traceIdOf({ headers }: { headers: IncomingHttpHeaders }): string | undefined {
  const given = headers['traceparent'];
  return typeof given === 'string' && !given.startsWith('ff') ? traceparent.exec(given)?.[1] : undefined;
}
