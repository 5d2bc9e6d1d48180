import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { type FastifyInstance, fastify, LogController } from 'fastify';
import type { BreakerState } from '../partners/breaker.ts';
import { answerBadTarget, answerErrors, answerUnreadable } from './answer-errors.ts';
import { forward, traceOf } from './forward.ts';
import type { GatewayConfig } from './load-gateway.ts';
import { Metrics } from './metrics.ts';
import { ownRoutes } from './own-routes.ts';
import { requestId } from './trace.ts';
import { Upstream } from './upstream.ts';

export type GatewayOptions = {
  config: GatewayConfig;
  /** Where to listen; port 0 is any that is free. */
  host: string;
  port: number;
  /** Whether those who ask are proxies of ours, so that their Forwarded and X-Forwarded-… are believed. Default false. */
  trustProxy?: boolean;
  /** Where a line for each request goes; default nowhere. */
  log?: Writable;
  /** A breaker changed its state, and why. */
  onBreaker?(route: string, state: BreakerState, lastFault: unknown): void;
  /** What should never happen. */
  onProblem(error: unknown): void;
  /** Faults in a row that open a breaker, default 5, and milliseconds until one request tries again, default 5_000. */
  faultsToOpen?: number;
  openMs?: number;
  /** Milliseconds without a byte after which an answer that has begun is given up, default 60_000: four heartbeats of an event stream. */
  silenceMs?: number;
  /** Milliseconds that a request may take to come in, default 30_000. */
  requestMs?: number;
};

export type Gateway = {
  url: string;
  /**
   * Takes no more, ends streams, and waits for what is in hand; then it cuts what is left. Safe to call twice.
   * @param graceMs milliseconds to wait, default 5_000
   */
  close(graceMs?: number): Promise<void>;
};

/** The largest body that is passed on. It is never held in memory: orders are small, and a service should not have to say so. */
const mostBodyBytes = 1024 * 1024;
const mostHeaderBytes = 16 * 1024;
/** Connections of clients; more are closed at once. */
const mostConnections = 8_000;

/**
 * Starts a gateway.
 * @throws {Error} with the system's code: the port cannot be used (EADDRINUSE)
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, faultsToOpen = 5, openMs = 5_000, silenceMs = 60_000 } = options;
  const { routes, cors, connectMs, responseMs } = config;
  const elapsed = () => performance.now();
  const metrics = new Metrics();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one for each stream
  const served = routes.map((route) => ({ route, upstream: upstreamOf(route.id, route.uri) }));

  const app = openApp(options, metrics);
  answerErrors(app, options.onProblem);
  app.register(ownRoutes, { routes: served, metrics, connectMs, closing: closing.signal });
  const pass = forward({
    routes: served,
    cors,
    trustProxy: options.trustProxy ?? false,
    mostBodyBytes,
    closing: closing.signal,
    elapsed,
    onAnswer: (route, ms) => metrics.answered(route, ms),
  });
  // What has no route of ours is passed on in this hook, and not in a handler, before Fastify forms an opinion of the body.
  app.addHook('onRequest', async (request, reply) => (request.is404 ? pass(request, reply) : undefined));

  let closed: Promise<void> | undefined;
  const close = (graceMs = 5_000) => {
    closing.abort();
    closed ??= stop(app, graceMs).then(
      async () => void (await Promise.all(served.map(({ upstream }) => upstream.close()))),
    );
    return closed;
  };
  try {
    return { url: await app.listen({ port: options.port, host: options.host }), close };
  } catch (error) {
    await close();
    throw error;
  }

  function upstreamOf(id: string, uri: string): Upstream {
    metrics.breaker(id, 'closed');
    const onState = (state: BreakerState, lastFault: unknown) => {
      metrics.breaker(id, state);
      options.onBreaker?.(id, state, lastFault);
    };
    return new Upstream({ id, uri, connectMs, responseMs, silenceMs, faultsToOpen, openMs, elapsed, onState });
  }
}

function openApp({ log, requestMs = 30_000 }: GatewayOptions, metrics: Metrics): FastifyInstance {
  const lastOn = new WeakMap<Socket, IncomingMessage>();
  const app = fastify({
    logger: log ? { level: 'info', stream: log, redact: ['*.authorization', '*.cookie', '*["set-cookie"]'] } : false,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    requestTimeout: requestMs,
    return503OnClosing: false, // what still comes in on an open connection is served, and the connection closed
    forceCloseConnections: 'idle',
    http: {
      maxHeaderSize: mostHeaderBytes,
      insecureHTTPParser: false,
      headersTimeout: requestMs,
      connectionsCheckingInterval: 1_000,
    },
    frameworkErrors: answerBadTarget,
    clientErrorHandler: answerUnreadable(lastOn),
  });
  app.server.maxConnections = mostConnections;
  app.decorateRequest('routeId', '-');
  app.decorateRequest('traceparent', '');
  app.decorateRequest('brokeOff', false);
  app.addHook('onRequest', async (request, reply) => {
    const beganAt = performance.now();
    lastOn.set(request.raw.socket, request.raw);
    reply.header('x-request-id', request.id);
    const traceparent = traceOf(request);
    request.setDecorator('traceparent', traceparent);
    metrics.began();
    reply.raw.once('close', () => {
      const route = request.getDecorator<string>('routeId');
      const { method, url } = request;
      const status = reply.raw.writableFinished ? reply.raw.statusCode : request.getDecorator('brokeOff') ? 502 : 499;
      metrics.ended(route, method, status);
      // The path alone: what a query asks for may be nobody's business.
      const path = url.split('?', 1)[0];
      const ms = Math.round(performance.now() - beganAt);
      request.log.info({ route, method, path, status, ms, trace: traceparent.slice(3, 35) }, 'request');
    });
  });
  return app;
}

/** Fastify closes connections that are idle now; those that become idle later are looked for. */
async function stop(app: FastifyInstance, graceMs: number): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}
