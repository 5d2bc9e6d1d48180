import type { Route } from '../../gateway/gateway-schema.ts';
import { type GatewayConfig, loadGateway } from '../../gateway/load-gateway.ts';
import { methodsOf, patternsOf } from '../../gateway/predicates.ts';
import { warningsOf } from '../../gateway/warnings.ts';
import { print, printJson, say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { table } from '../show.ts';

/** `baedal gateway check` */
export async function gatewayCheck({ json }: Settings, flags: { profile?: string }, file: string): Promise<void> {
  const read = loadGateway(file);
  const profiles = (flags.profile === undefined ? read.profiles : [flags.profile]).map((profile) => {
    const config = read.configFor(profile);
    return { profile, config, warnings: warningsOf(config) };
  });
  if (json)
    return printJson({
      file,
      profiles: profiles.map(({ profile, config, warnings }) => ({ profile, ...shown(config), warnings })),
    });
  for (const [i, { profile, config, warnings }] of profiles.entries()) {
    if (i > 0) print();
    print(`${profile}, port ${config.port}`);
    print(table(['ROUTE', 'PATH', 'METHOD', 'SERVICE'], config.routes.flatMap(rowsOf)));
    for (const warning of warnings) print(`▲ ${warning}`);
  }
  const count = profiles.reduce((sum, { warnings }) => sum + warnings.length, 0);
  say(count === 0 ? 'Nothing is wrong.' : `It can be used. ${count === 1 ? 'One warning.' : `${count} warnings.`}`);
}

/** A line for each pattern, the service on the first. */
function rowsOf({ id, uri, predicates }: Route): string[][] {
  const methods = methodsOf(predicates).join(',') || 'any';
  return pathsOf(predicates).map((path, i) => (i === 0 ? [id, path, methods, uri] : ['', path]));
}

const shown = ({ port, routes, cors, connectMs, responseMs }: GatewayConfig) => ({
  port,
  connectMs,
  responseMs,
  routes: routes.map(({ id, uri, predicates }) => ({
    id,
    uri,
    paths: pathsOf(predicates),
    methods: methodsOf(predicates),
  })),
  cors: cors.map(({ path, methods, headers, exposed, credentials, maxAgeS = null }) => ({
    path: path.text,
    methods,
    headers,
    exposed,
    credentials,
    maxAgeS,
  })),
});

const pathsOf = (predicates: Route['predicates']): string[] => patternsOf(predicates).map(({ text }) => text);
