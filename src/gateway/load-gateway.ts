import { closest } from '../actors/closest.ts';
import { BaedalError } from '../errors.ts';
import { BadFile, type FileKind, type Mistake } from '../yaml/bad-file.ts';
import { fieldName, type Yaml } from '../yaml/parse-yaml.ts';
import { readYamlDocuments } from '../yaml/read-yaml.ts';
import { type CorsRule, corsRuleOf } from './cors.ts';
import { type CorsFields, corsPath, corsPathForm } from './cors-schema.ts';
import { type GatewayDocument, gatewayDocument, type Route } from './gateway-schema.ts';

/** How a gateway works under one profile. */
export type GatewayConfig = {
  readonly port: number;
  /** In the order in which they are asked whether they take a request. */
  readonly routes: readonly Route[];
  readonly cors: readonly CorsRule[];
  /** Milliseconds to reach a service, and from then on until it begins to answer. */
  readonly connectMs: number;
  readonly responseMs: number;
};

/** A file of routes, which may have others under each profile. */
export type GatewayFile = {
  readonly file: string;
  /** In the order of the file; `default` alone where none is named. */
  readonly profiles: readonly string[];
  /** @throws {NoSuchProfile} @throws {BadFile} it leaves no route */
  configFor(profile: string): GatewayConfig;
};

/** The file has nothing for this profile. */
export class NoSuchProfile extends BaedalError {
  readonly code = 'no-such-profile';
  readonly retry = false;
}

const kind = {
  title: 'The gateway’s file',
  code: 'bad-gateway-file',
  expected: '`spring:` and below it `cloud:`, `gateway:`, `routes:`',
} satisfies FileKind;

/** What holds where the file says nothing. The port is the one of Spring Boot. */
const usual = { port: 8080, connectMs: 1_000, responseMs: 15_000 };

/** Reads a file such as gateway.yml; docs/gateway.md explains the fields.
 * @throws {BadFile} the file cannot be read, or has mistakes; it lists them all with their lines */
export function loadGateway(file: string): GatewayFile {
  const more = (yaml: Yaml) => gatewaysIn(yaml).flatMap(([path, fields]) => strangeNames(yaml, path, fields));
  const documents = readYamlDocuments(file, { ...kind, schema: gatewayDocument, more });
  const named = [...new Set(documents.flatMap(profilesOf))];
  const profiles = named.length === 0 ? ['default'] : named;
  return {
    file,
    profiles,
    configFor: (profile) => {
      if (!profiles.includes(profile)) throw noSuchProfile(file, profile, profiles);
      const config = layered(documents.filter((document) => isFor(document, profile)));
      if (config.routes.length > 0) return config;
      throw new BadFile(kind, file, [
        { what: `it leaves the profile ${profile} no route; expected ${kind.expected}.` },
      ]);
    },
  };
}

function noSuchProfile(file: string, profile: string, profiles: readonly string[]): NoSuchProfile {
  const meant = closest(profile, profiles);
  const help = meant
    ? `Did you mean --profile ${meant}?`
    : `Its profiles are ${profiles.join(', ')}: choose one with --profile.`;
  return new NoSuchProfile(`${file} has nothing for the profile "${profile}". ${help}`);
}

const profilesOf = ({ spring }: GatewayDocument): string[] => [
  ...(spring?.profiles ?? []),
  ...(spring?.config?.activate['on-profile'] ?? []),
];

/** A document without a profile is for all of them. */
function isFor(document: GatewayDocument, profile: string): boolean {
  const profiles = profilesOf(document);
  return profiles.length === 0 || profiles.includes(profile);
}

/** A later document wins over an earlier one: a list as a whole, a group of fields field by field. */
function layered(documents: readonly GatewayDocument[]): GatewayConfig {
  let { port, connectMs, responseMs } = usual;
  let routes: readonly Route[] = [];
  const cors = new Map<string, CorsFields>();
  for (const { server, spring } of documents) {
    port = server?.port ?? port;
    const gateway = spring?.cloud?.gateway;
    for (const fields of [gateway, gateway?.server?.webflux]) {
      routes = fields?.routes ?? routes;
      connectMs = fields?.httpclient?.['connect-timeout'] ?? connectMs;
      responseMs = fields?.httpclient?.['response-timeout'] ?? responseMs;
      for (const [path, rule] of Object.entries(fields?.globalcors?.corsConfigurations ?? {}))
        cors.set(path, { ...cors.get(path), ...rule });
    }
  }
  const inOrder = [...routes].sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  const rules = [...cors].map(([path, fields]) => corsRuleOf(corsPath(path)!, fields));
  return { port, routes: inOrder, cors: rules, connectMs, responseMs };
}

type Fields = Record<string, unknown>;

/** The groups that routes and CORS may stand in, each with its path, whatever they look like. */
function gatewaysIn(yaml: Yaml): [string[], Fields][] {
  const paths = [
    ['spring', 'cloud', 'gateway'],
    ['spring', 'cloud', 'gateway', 'server', 'webflux'],
  ];
  return paths.flatMap((path): [string[], Fields][] => {
    const fields = path.reduce<unknown>((value, step) => fieldsIn(value)[step], yaml.value);
    return [[path, fieldsIn(fields)]];
  });
}

const fieldsIn = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** Routes that share an id, which their figures and lines in the log go by, and paths of CORS that are none. */
function strangeNames(yaml: Yaml, path: string[], fields: Fields): Mistake[] {
  const at = (field: PropertyKey[], what: string): Mistake => ({
    ...yaml.positionOf(field),
    field: fieldName(field),
    what,
  });
  const first = new Map<unknown, number>();
  const routes = Array.isArray(fields['routes']) ? fields['routes'] : [];
  const shared = routes.flatMap((route, i) => {
    const { id } = fieldsIn(route);
    const before = first.get(id);
    first.set(id, before ?? i);
    if (typeof id !== 'string' || before === undefined) return [];
    const { line } = yaml.positionOf([...path, 'routes', before, 'id']);
    return [
      at([...path, 'routes', i, 'id'], `expected an id of its own, found "${id}", which is taken on line ${line}.`),
    ];
  });
  const corsFields = [...path, 'globalcors', 'corsConfigurations'];
  const rules = fieldsIn(fieldsIn(fields['globalcors'])['corsConfigurations']);
  const noPaths = Object.keys(rules)
    .filter((key) => !corsPath(key))
    .map((key) => ({
      ...at([...corsFields, key], `expected ${corsPathForm}.`),
      ...yaml.positionOfKey(corsFields, key),
    }));
  return [...shared, ...noPaths];
}
