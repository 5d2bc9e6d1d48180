import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Backend } from './backend.ts';
import { HttpError } from './http-error.ts';
import { callerOf } from './identify.ts';
import { isLoopback } from './local-only.ts';
import { unlimited } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its answer goes on for as long as somebody reads, so how long it took says nothing. Default false. */
    endless?: boolean;
  }
}

/** What one service counts. */
export type Metrics = {
  registry: Registry;
  /** Counts what became of an order that was asked for. */
  order(outcome: string): void;
};

/** Seconds. Placing waits for a payment, so it may take several. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const links = { up: 1, blocked: 0.5, down: 0 };

export function metricsOf(service: string, backend: Backend, streams: () => number): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const orders = new Counter({
    name: 'baedal_http_orders_total',
    help: 'Orders that were asked for, by what became of them: placed, payment-deferred, declined, or why not.',
    labelNames: ['outcome'] as const,
    registers,
  });
  new Gauge({
    name: 'baedal_broker_link_up',
    help: '1 while the broker can be asked, 0.5 while it takes nothing, 0 while it is away.',
    registers,
    collect() {
      this.set(links[backend.link.state]);
    },
  });
  new Gauge({
    name: 'baedal_read_model_behind_entries',
    help: 'Entries of the journal that the read model has not taken in.',
    registers,
    collect() {
      this.set(behindOf(backend).entries);
    },
  });
  new Gauge({
    name: 'baedal_read_model_behind_seconds',
    help: 'How far the read model is behind the journal.',
    registers,
    collect() {
      this.set(behindOf(backend).ms / 1_000);
    },
  });
  new Gauge({
    name: 'baedal_http_event_streams',
    help: 'Event streams that are open.',
    registers,
    collect() {
      this.set(streams());
    },
  });
  return { registry, order: (outcome) => orders.inc({ outcome }) };
}

/** Measures every request, and answers GET /metrics: to this machine, and to operators. */
export function addMetrics(app: FastifyInstance, { registry }: Metrics): void {
  const durations = new Histogram({
    name: 'baedal_http_request_duration_seconds',
    help: 'How long requests took, without those for event streams.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets,
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, never the path: there are as many paths as orders.
    const { url: route = 'none', config } = request.routeOptions;
    if (config.endless && reply.statusCode === 200) return;
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
  app.get('/metrics', { schema: { hide: true }, config: unlimited }, async (request, reply) => {
    // A proxy on this machine is not whoever it asks for.
    const isHere = [request.socket.remoteAddress ?? '', request.ip].every(isLoopback);
    if (!isHere && callerOf(request).role !== 'operator')
      throw new HttpError(403, 'forbidden', 'From another machine only an operator may see this.');
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** NaN, where it cannot be told: a gap in the chart. */
function behindOf(backend: Backend): { entries: number; ms: number } {
  try {
    return backend.behind;
  } catch {
    return { entries: Number.NaN, ms: Number.NaN };
  }
}
