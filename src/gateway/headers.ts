/** Names and values in turn, as they travel: in their order, their case, and as often as they came. */
export type RawHeaders = readonly string[];

/** What is between two neighbours on the way, and not between its two ends; RFC 9110, 7.6.1. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** What a client may say about itself only where it is trusted, and what the gateway sets anew. */
const ours = new Set(['host', 'expect', 'forwarded', 'x-real-ip', 'x-request-id', 'traceparent']);

/** Who asked, and what the gateway knows of it. */
export type Caller = {
  /** Its address. */
  readonly ip: string;
  /** The Host that it asked for. */
  readonly host: string;
  readonly requestId: string;
  readonly traceparent: string;
  /** Whether what it says of those before it is believed: it is a proxy of ours. */
  readonly trusted: boolean;
};

/** The headers that a service gets. Host is left to the connection. */
export function requestHeaders(raw: RawHeaders, caller: Caller): string[] {
  const known = lookUp(raw);
  const drop = connectionNames(known);
  // A tracestate belongs to the traceparent that it came with.
  if (known('traceparent') !== caller.traceparent) drop.add('tracestate');
  const kept = without(
    raw,
    (name) => hopByHop.has(name) || ours.has(name) || name.startsWith('x-forwarded-') || drop.has(name),
  );
  return [
    ...kept,
    ...forwarded(caller, caller.trusted ? known : () => undefined),
    'x-request-id',
    caller.requestId,
    'traceparent',
    caller.traceparent,
  ];
}

/** The headers that the client gets. `cors`: what the gateway says of CORS stands, and what the service says of it does not. */
export function responseHeaders(
  raw: RawHeaders,
  { requestId, cors }: { requestId: string; cors?: Readonly<Record<string, string>> },
): string[] {
  const known = lookUp(raw);
  const drop = connectionNames(known);
  const kept = without(
    raw,
    (name) =>
      hopByHop.has(name) ||
      drop.has(name) ||
      name === 'x-request-id' ||
      (cors !== undefined && (name.startsWith('access-control-') || name === 'vary')),
  );
  const { vary, ...said } = cors ?? {};
  const varies = cors && namesTogether(known('vary'), vary);
  return [...kept, ...Object.entries(said).flat(), ...(varies ? ['vary', varies] : []), 'x-request-id', requestId];
}

type LookUp = (name: string) => string | undefined;

/** Several of the same name are one list. */
function lookUp(raw: RawHeaders): LookUp {
  const found = new Map<string, string>();
  each(raw, (name, value) => {
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before}, ${value}`);
  });
  return (name) => found.get(name);
}

function each(raw: RawHeaders, see: (name: string, value: string, asWritten: string) => void): void {
  for (let i = 0; i + 1 < raw.length; i += 2) see(raw[i]!.toLowerCase(), raw[i + 1]!, raw[i]!);
}

function without(raw: RawHeaders, drops: (name: string) => boolean): string[] {
  const kept: string[] = [];
  each(raw, (name, value, asWritten) => {
    if (!drops(name)) kept.push(asWritten, value);
  });
  return kept;
}

/** Headers that go no further, as Connection names them. */
const connectionNames = (known: LookUp): Set<string> => new Set(namesIn(known('connection')));

const namesIn = (list = ''): string[] =>
  list
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');

/** Both lists as one, without saying anything twice. */
function namesTogether(one: string | undefined, other: string | undefined): string {
  const names = `${one ?? ''},${other ?? ''}`.split(',').map((name) => name.trim());
  const first = new Map<string, string>();
  for (const name of names) if (name !== '' && !first.has(name.toLowerCase())) first.set(name.toLowerCase(), name);
  return [...first.values()].join(', ');
}

/** For whom it is asked, RFC 7239 and the headers from before it. What a trusted proxy said of those before it comes first. */
function forwarded({ ip, host }: Caller, before: LookUp): string[] {
  const address = ip.replace(/^::ffff:(?=\d)/, '');
  const node = address.includes(':') ? `"[${address}]"` : address;
  const hop = `for=${node};host="${host.replaceAll(/["\\]/g, '\\$&')}";proto=http`;
  return [
    ...['x-forwarded-for', listed(before('x-forwarded-for'), address)],
    ...['x-forwarded-host', before('x-forwarded-host') ?? host],
    ...['x-forwarded-proto', before('x-forwarded-proto') ?? 'http'],
    ...['forwarded', listed(before('forwarded'), hop)],
  ];
}

const listed = (before: string | undefined, now: string): string => (before ? `${before}, ${now}` : now);
