import type { Route } from './gateway-schema.ts';
import type { GatewayConfig } from './load-gateway.ts';
import { ownPaths } from './own-routes.ts';
import { covers, type PathPattern } from './path-pattern.ts';
import { methodsOf, patternsOf } from './predicates.ts';

/** What works, but perhaps not as it was meant; a sentence each. */
export const warningsOf = (config: GatewayConfig): string[] => [
  ...carelessCors(config),
  ...neverReached(config),
  ...hidden(config),
  ...toItself(config),
];

const carelessCors = ({ cors }: GatewayConfig): string[] =>
  cors
    .filter(({ careless }) => careless)
    .map(
      ({ path }) =>
        `Pages of every origin may use ${path.text} with their visitors’ cookies: browsers refuse "*" together with allowCredentials, so each origin is answered with its own name. Name the origins in allowedOrigins.`,
    );

/** Patterns of which every path goes to a route that comes before. */
function neverReached({ routes }: GatewayConfig): string[] {
  return routes.flatMap((route, i) =>
    patternsOf(route.predicates).flatMap((pattern) => {
      const first = routes.slice(0, i).find((earlier) => takesAll(earlier, route, pattern));
      if (!first) return [];
      return [
        `${route.id} never gets ${pattern.text}: ${first.id} comes first and takes it. Write ${route.id} before ${first.id}, or take the pattern out.`,
      ];
    }),
  );
}

/** Whether `earlier` certainly takes all that `later` would take by this pattern. */
function takesAll(earlier: Route, later: Route, pattern: PathPattern): boolean {
  const methods = methodsOf(later.predicates);
  return earlier.predicates.every((predicate) =>
    predicate.name === 'Path'
      ? predicate.patterns.some((wide) => covers(wide, pattern))
      : methods.length > 0 && methods.every((method) => predicate.methods.includes(method)),
  );
}

const hidden = ({ routes }: GatewayConfig): string[] =>
  routes.flatMap((route) => {
    const paths = ownPaths.filter((path) => patternsOf(route.predicates).some((pattern) => pattern.matches(path)));
    return paths.length === 0 ? [] : [`${route.id} never gets ${paths.join(', ')}: the gateway answers there itself.`];
  });

const toItself = ({ routes, port }: GatewayConfig): string[] =>
  routes
    .filter(
      ({ uri }) => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(uri).hostname) && portOf(uri) === port,
    )
    .map(({ id, uri }) => `${id} leads to ${uri}, which is the gateway itself on this machine.`);

const portOf = (uri: string): number => Number(new URL(uri).port) || (uri.startsWith('https:') ? 443 : 80);
