import { BrokerUrlInvalid } from '../errors.ts';

/** The URL as it may be shown: user name, host and path, but no password and no options. */
export function redactUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // Whatever stands before an @ can be a password, also in what is no URL, or one without a host.
  if (!parsed?.host) return url.replace(/^(\w+:\/\/)?.*@/s, '$1***@').replace(/[?#].*$/s, '');
  if (parsed.password) parsed.password = '***';
  parsed.search = '';
  parsed.hash = '';
  return parsed.href;
}

/** Seconds between heartbeats: a frozen broker is noticed after two to three of them. */
const heartbeatSeconds = 10;

/**
 * The URL to connect with: checked, and with a heartbeat.
 * @throws {BrokerUrlInvalid} it cannot be parsed, has another scheme than amqp or amqps, no host, or a % that begins no code
 */
export function connectUrl(url: string): string {
  if (!URL.canParse(url)) throw new BrokerUrlInvalid(redactUrl(url), 'it cannot be read as a URL');
  const parsed = new URL(url);
  if (parsed.protocol !== 'amqp:' && parsed.protocol !== 'amqps:')
    throw new BrokerUrlInvalid(redactUrl(url), `it begins with ${parsed.protocol}// instead of amqp:// or amqps://`);
  if (!parsed.hostname) throw new BrokerUrlInvalid(redactUrl(url), 'it names no host');
  if (![parsed.username, parsed.password, parsed.pathname].every(isDecodable))
    throw new BrokerUrlInvalid(redactUrl(url), 'it has a % that begins no code; write %25 for the sign itself');
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(heartbeatSeconds));
  return parsed.href;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
