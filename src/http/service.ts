import type { App } from './app.ts';
import type { Backend } from './backend.ts';
import type { EventHub } from './events/event-hub.ts';
import type { Metrics } from './metrics.ts';

/** What routes work with. */
export type Context = { backend: Backend; events: EventHub; metrics: Metrics };

/** The services, in the order of their usual ports. */
export const serviceNames = ['order', 'pay', 'store', 'mypage'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** One service: what it is called, and its own routes. */
export type Service = { title: string; addRoutes(app: App, context: Context): void };

/** Where the first service listens, and the others behind it. */
export const firstPort = 8081;
