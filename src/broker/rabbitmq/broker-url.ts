import { BrokerUrlInvalid } from '../errors.ts';

/** Seconds between heartbeats: a frozen broker is noticed after two to three of them. */
const heartbeatSeconds = 10;
/** What AMQP has room for. */
const mostHeartbeat = 65_535;

/** Anything else would turn the heartbeat off without a word, and a frozen broker would never be noticed. */
const isHeartbeat = (text: string): boolean => /^[1-9]\d*$/.test(text) && Number(text) <= mostHeartbeat;

/** What an address consists of; `hosts` are those of one cluster, each perhaps with a port. */
const parts = /^(?<before>[^/?#]*:\/\/(?:[^/?#]*@)?)(?<hosts>[^/?#@]*)(?<after>.*)$/s;

/** A second @ before the path. Where user and password are repeated for each host, all but the last host would be read as a password. */
const secondUser = /^[^/?#]*:\/\/[^/?#]*@[^/?#]*@/;

/** The address as one URL for each of its hosts; undefined where it is none, or one of them is no URL. */
function urlsIn(address: string): URL[] | undefined {
  const { before, hosts, after } = parts.exec(address)?.groups ?? {};
  if (hosts === undefined) return undefined;
  const texts = hosts.split(',').map((host) => `${before}${host}${after}`);
  return texts.every((text) => URL.canParse(text)) ? texts.map((text) => new URL(text)) : undefined;
}

/** The address as it may be shown: user name, hosts and path, but no password and no options. */
export function redactUrl(address: string): string {
  const urls = urlsIn(address);
  const [first] = urls ?? [];
  // Whatever stands before an @ can be a password, also in what is no URL, or one without a host, or with a / or @ in the password.
  if (!urls || !first?.host || first.pathname.includes('@') || secondUser.test(address))
    return address.replace(/^(\w+:\/\/)?.*@/s, '$1***@').replace(/[?#].*$/s, '');
  const password = first.password && ':***';
  const user = first.username || password ? `${first.username}${password}@` : '';
  return `${first.protocol}//${user}${urls.map(({ host }) => host).join(',')}${first.pathname}`;
}

/**
 * The URLs to connect with, one for each host of the address: checked, and with a heartbeat.
 * @throws {BrokerUrlInvalid} it cannot be parsed, has another scheme than amqp or amqps, lacks a host, has a second user, a % that
 *   begins no code, or a heartbeat that is none
 */
export function connectUrls(address: string): [string, ...string[]] {
  const invalid = (why: string) => new BrokerUrlInvalid(redactUrl(address), why);
  if (/,\s*amqps?:\/\//i.test(address))
    throw invalid('several hosts of a cluster share one amqp://, and are told apart by commas');
  if (secondUser.test(address))
    throw invalid(
      'it has more than one @ before its path; user and password are named once, in front of all hosts, and an @ in them is written %40',
    );
  const hosts = parts.exec(address)?.groups?.['hosts']?.split(',') ?? [];
  if (hosts.length > 1 && hosts.some((host) => /^(:|$)/.test(host)))
    throw invalid('it names no host before or after one of its commas');
  const urls = urlsIn(address);
  const [first] = urls ?? [];
  if (!urls || !first) throw invalid('it cannot be read as a URL');
  if (first.protocol !== 'amqp:' && first.protocol !== 'amqps:')
    throw invalid(`it begins with ${first.protocol}// instead of amqp:// or amqps://`);
  if (!first.hostname) throw invalid('it names no host');
  if (![first.username, first.password, first.pathname].every(isDecodable))
    throw invalid('it has a % that begins no code; write %25 for the sign itself');
  if (!first.searchParams.getAll('heartbeat').every(isHeartbeat))
    throw invalid(
      `its heartbeat is no whole number of seconds from 1 to ${mostHeartbeat}; leave it out for ${heartbeatSeconds}`,
    );
  for (const { searchParams } of urls)
    if (!searchParams.has('heartbeat')) searchParams.set('heartbeat', String(heartbeatSeconds));
  return urls.map(({ href }) => href) as [string, ...string[]];
}

/** The virtual host that a URL of `connectUrls` leads to. */
export const virtualHostOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1)) || '/';

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
