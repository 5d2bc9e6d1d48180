import { BaedalError, reasonOf } from '../../errors.ts';
import { type GatewayConfig, loadGateway } from '../../gateway/load-gateway.ts';
import { startGateway } from '../../gateway/server.ts';
import { warningsOf } from '../../gateway/warnings.ts';
import type { BreakerState } from '../../partners/breaker.ts';
import { parseCount } from '../arguments.ts';
import { printJson, say } from '../print.ts';
import { type Settings, shippedGateway } from '../settings.ts';
import { untilSignal } from '../until-signal.ts';

type Flags = { config?: string; profile?: string; host: string; port?: string; trustProxy?: boolean; log?: boolean };

/** The gateway could not be started. */
class GatewayNotStarted extends BaedalError {
  readonly code = 'gateway-not-started';
  readonly retry = false;
}

/** `baedal gateway` */
export async function gateway({ json }: Settings, flags: Flags): Promise<void> {
  const config = loadGateway(flags.config ?? shippedGateway).configFor(flags.profile ?? 'default');
  const port = flags.port === undefined ? config.port : parseCount(flags.port, 'The port', 65_535, 0);
  const { host, trustProxy = false } = flags;
  const stopped = untilSignal('Stopping: what is in hand is finished first.');
  for (const warning of warningsOf(config)) say(`Warning: ${warning}`);
  const running = await startGateway({
    config,
    host,
    port,
    trustProxy,
    ...(flags.log && { log: process.stderr }),
    onBreaker: (route, state, fault) => say(saying[state](named(config, route), fault)),
    onProblem: (error) =>
      say(`Something went wrong in the gateway that should not: ${(error as Error).stack ?? error}`),
  }).catch((error) => {
    throw notStarted(error, host, port);
  });
  const routes = config.routes.map(({ id, uri }) => ({ id, uri }));
  if (json) printJson({ url: running.url, routes });
  say(`Gateway at ${running.url}: ${routes.map(({ id, uri }) => `${id} → ${uri}`).join(', ')}. Ctrl-C stops it.`);
  await aborted(stopped);
  await running.close();
}

const named = ({ routes }: GatewayConfig, id: string): string =>
  `${id} (${routes.find((route) => route.id === id)?.uri})`;

const saying: Record<BreakerState, (service: string, fault: unknown) => string> = {
  open: (service, fault) => `${service} is left alone for a moment. The last fault: ${faultOf(fault)}`,
  'half-open': (service) => `${service} is tried with one request.`,
  closed: (service) => `${service} answers again.`,
};

/** What went wrong beneath is for operators; what callers are told says less. */
const faultOf = (fault: unknown): string => {
  const cause = fault instanceof Error ? fault.cause : undefined;
  return reasonOf(cause instanceof AggregateError ? cause.errors[0] : (cause ?? fault));
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

function notStarted(cause: unknown, host: string, port: number): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new GatewayNotStarted(
      `Port ${port} is in use. Choose another one with --port, or --port 0 for any that is free.`,
      { cause },
    );
  if (syscall === 'listen' || syscall === 'getaddrinfo')
    return new GatewayNotStarted(
      `Nothing can listen at ${host}, port ${port} (${reasonOf(cause)}). Choose others with --host and --port.`,
      { cause },
    );
  return cause;
}
