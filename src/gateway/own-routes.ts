import { connect } from 'node:net';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Route } from './gateway-schema.ts';
import type { Metrics } from './metrics.ts';
import type { Upstream } from './upstream.ts';

/** Paths that the gateway answers itself, whatever the routes say. */
export const ownPaths = ['/health/live', '/health/ready', '/metrics'] as const;

export type OwnRoutesOptions = {
  routes: readonly { route: Route; upstream: Upstream }[];
  metrics: Metrics;
  /** Milliseconds to reach a service. */
  connectMs: number;
  closing: AbortSignal;
};

/** How the gateway itself is. It is ready as soon as it listens: a service that is away is no reason to send nobody to the others. */
export async function ownRoutes(
  app: FastifyInstance,
  { routes, metrics, connectMs, closing }: OwnRoutesOptions,
): Promise<void> {
  await app.register(helmet);
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const services = await Promise.all(
      routes.map(async ({ route: { id, uri }, upstream: { state } }) => ({
        route: id,
        breaker: state,
        reachable: await isReachable(uri, connectMs),
      })),
    );
    if (closing.aborted) reply.code(503);
    return { status: closing.aborted ? 'stopping' : 'ready', services };
  });
  app.get('/metrics', async (_request, reply) => {
    const text = await metrics.text();
    return reply.type(metrics.contentType).send(text);
  });
}

/** Whether somebody listens there. It is not asked anything. */
function isReachable(uri: string, withinMs: number): Promise<boolean> {
  const { protocol, hostname, port } = new URL(uri);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
      autoSelectFamily: true,
      timeout: withinMs,
    });
    const end = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}
