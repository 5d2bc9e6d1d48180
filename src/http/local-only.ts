import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from './http-error.ts';

/** Whether a host name or address is this machine's own. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|(\[?::ffff:)127(\.\d{1,3}){3}\]?)$/i.test(host);

/** A host as headers have it, with or without a port -> its name. */
const nameOf = (host: string): string => host.trim().replace(/:\d*$/, '');

const hostOfOrigin = (origin: string): string => (URL.canParse(origin) ? new URL(origin).hostname : origin);

/**
 * Where everybody is trusted, a web page must not be: neither one whose name was made to lead to this machine (DNS rebinding), nor one that
 * sends what it may without asking. What a gateway in between was asked for counts too.
 * @throws {HttpError} 403
 */
export function mustBeLocal(headers: IncomingHttpHeaders): void {
  const forwarded = [headers['x-forwarded-host'] ?? []].flat().flatMap((hosts) => hosts.split(','));
  const hosts = [headers.host ?? '', ...forwarded].map(nameOf);
  if (!hosts.every(isLoopback))
    throw new HttpError(
      403,
      'not-local',
      'Without keys for tokens this service answers to localhost alone. Configure --jwt-secret-file or --jwks to be asked under another name.',
    );
  const { origin } = headers;
  if (origin !== undefined && !isLoopback(hostOfOrigin(origin)))
    throw new HttpError(
      403,
      'not-local',
      'Without keys for tokens no web page from elsewhere is answered. Configure --jwt-secret-file or --jwks.',
    );
}
