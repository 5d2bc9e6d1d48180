import type { App } from './app.ts';
import type { Backend } from './backend.ts';
import { EventHub } from './events/event-hub.ts';
import { metricsOf } from './metrics.ts';
import { type AppOptions, openApp } from './open-app.ts';
import type { ServiceName } from './service.ts';
import { services } from './services.ts';

export type ServiceOptions = Omit<AppOptions, 'title'> & {
  name: ServiceName;
  host: string;
  /** 0: any that is free. */
  port: number;
  backend: Backend;
  /** How long requests in hand may take when it stops, milliseconds. Default 12_000: longer than an order may take. */
  graceMs?: number;
};

export type RunningService = {
  url: string;
  /** Takes nothing more, ends the event streams, finishes what is in hand. Safe to call twice. */
  close(): Promise<void>;
};

/** Starts a service. @throws {Error} with the system's code: the port cannot be used (EADDRINUSE) */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { name, host, port, backend, graceMs = 12_000 } = options;
  const { title, addRoutes } = services[name];
  const events = new EventHub(backend);
  const metrics = metricsOf(name, backend, () => events.size);
  const app = await openApp({ ...options, title }, backend, metrics);
  app.addHook('preClose', async () => events.close());
  addRoutes(app, { backend, events, metrics });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= closeWithin(app, graceMs);
    return closed;
  };
  try {
    return { url: await app.listen({ host, port }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How often to look for connections that nobody uses any more, milliseconds. */
const idleEveryMs = 50;

/** Connections go as soon as nothing is in hand on them; whoever is slower than `graceMs` is cut off. */
async function closeWithin(app: App, graceMs: number): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), idleEveryMs);
  const late = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
}
