import type { CorsFields } from './cors-schema.ts';
import { escaped } from './escaped.ts';
import type { PathPattern } from './path-pattern.ts';

/** Which pages of other origins may use what is below a path, as Spring understands it. */
export type CorsRule = {
  readonly path: PathPattern;
  /** Whether pages of this origin may. */
  readonly allows: (origin: string) => boolean;
  /** Whether everybody is told the same: `*`. A browser takes that only where no credentials are sent. */
  readonly forAll: boolean;
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly credentials: boolean;
  /** Seconds for which a browser may keep what it was told; its own default where there is none. */
  readonly maxAgeS: number | undefined;
  /** All origins are allowed, and to send credentials: it was written so, and is worth a warning. */
  readonly careless: boolean;
};

/** A request, as far as CORS looks at it. Names of headers are in small letters. */
export type CorsRequest = {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/** What follows for the response: headers, and whether it is given here already. */
export type CorsAnswer = {
  readonly headers: Readonly<Record<string, string>>;
  readonly end?: 'preflight' | 'refused';
  /** Why it is refused, in a sentence. */
  readonly why?: string;
};

/** What Spring allows where a rule does not say. */
const usualMethods = ['GET', 'HEAD'];

export function corsRuleOf(path: PathPattern, fields: CorsFields): CorsRule {
  const { allowedOrigins = [], allowedOriginPatterns = [], allowCredentials = false } = fields;
  const all = allowedOrigins.includes('*');
  const origins = new Set(allowedOrigins.map(plain));
  const patterns = allowedOriginPatterns.map(originPattern);
  return {
    path,
    allows: (origin) => all || origins.has(plain(origin)) || patterns.some((pattern) => pattern.test(plain(origin))),
    forAll: all && !allowCredentials,
    methods: (fields.allowedMethods ?? usualMethods).map((method) => method.toUpperCase()),
    headers: (fields.allowedHeaders ?? []).map((name) => name.toLowerCase()),
    exposed: fields.exposedHeaders ?? [],
    credentials: allowCredentials,
    maxAgeS: fields.maxAge,
    careless: all && allowCredentials,
  };
}

const plain = (origin: string): string => origin.toLowerCase().replace(/\/$/, '');

/** `https://*.shop.example:[443,8443]`: a star is any letters of a host, and ports may stand in brackets. */
function originPattern(text: string): RegExp {
  if (text === '*') return /^/;
  const [, host = text, ports] = /^(.*):\[([\d,\s]+|\*)\]$/.exec(plain(text)) ?? [];
  const hosts = plain(host).split('*').map(escaped).join('[^/?#@]*');
  const somePorts = ports === '*' ? '(?::\\d+)?' : ports && `:(?:${ports.replaceAll(/\s*,\s*/g, '|')})`;
  return new RegExp(`^${hosts}${somePorts ?? ''}$`);
}

/** What a rule says to a request. A request of the gateway's own origin, or of no page at all, has nothing to do with it. */
export function answerCors(rule: CorsRule, { method, headers }: CorsRequest): CorsAnswer {
  const vary = { vary: 'Origin' };
  const origin = headers['origin'];
  if (typeof origin !== 'string' || isOwn(origin, headers['host'])) return { headers: vary };

  const refused = (why: string): CorsAnswer => ({ headers: vary, end: 'refused', why });
  if (!rule.allows(origin))
    return refused(`Pages of ${origin} may not use this. Add it to allowedOrigins in the gateway’s file.`);
  const asked = headers['access-control-request-method'];
  const preflight = method === 'OPTIONS' && typeof asked === 'string';
  const wanted = preflight ? asked : method;
  if (!rule.methods.includes('*') && !rule.methods.includes(wanted))
    return refused(
      `Pages of other origins may not use ${wanted} here. Add it to allowedMethods in the gateway’s file.`,
    );

  const common = {
    ...vary,
    'access-control-allow-origin': rule.forAll ? '*' : origin,
    ...(rule.credentials && { 'access-control-allow-credentials': 'true' }),
  };
  if (!preflight)
    return {
      headers: {
        ...common,
        ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(', ') }),
      },
    };

  const names = namesIn(headers['access-control-request-headers']);
  const strange = names.find((name) => !rule.headers.includes('*') && !rule.headers.includes(name));
  if (strange)
    return refused(
      `Pages of other origins may not send ${strange} here. Add it to allowedHeaders in the gateway’s file.`,
    );
  return {
    end: 'preflight',
    headers: {
      ...common,
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      // What was asked for, and not `*`, which means nothing to a browser that sends credentials.
      'access-control-allow-methods': rule.methods.includes('*') ? wanted : rule.methods.join(', '),
      ...(names.length > 0 && { 'access-control-allow-headers': names.join(', ') }),
      ...(rule.maxAgeS !== undefined && { 'access-control-max-age': String(rule.maxAgeS) }),
    },
  };
}

const isOwn = (origin: string, host: string | string[] | undefined): boolean =>
  URL.canParse(origin) && new URL(origin).host === host;

const namesIn = (list: string | string[] | undefined): string[] =>
  String(list ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name));
