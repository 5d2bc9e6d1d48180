import helmet from '@fastify/helmet';
import { fastify } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { answerAllErrors, answerUnknownPaths, badRequests } from './answer-errors.ts';
import type { App } from './app.ts';
import type { Backend } from './backend.ts';
import { asRequests } from './commands-in-text.ts';
import { addDocs } from './docs.ts';
import { addHealth } from './health.ts';
import { HttpError } from './http-error.ts';
import { identify } from './identify.ts';
import { type LogTarget, loggerOptions, RequestLog } from './log.ts';
import { addMetrics, type Metrics } from './metrics.ts';
import { limitRate } from './rate-limit.ts';
import { requestIdOf, traceIdOf } from './request-id.ts';
import type { Verify } from './tokens.ts';

export type AppOptions = {
  title: string;
  version: string;
  /** How tokens are checked. Without it everybody is an operator, and only this machine is answered. */
  verify?: Verify;
  /** Requests a second that one caller may make; 0: any number. */
  rateLimit: number;
  /** Whether X-Forwarded-For is believed, of the one proxy that stands in front of us. */
  trustProxy: boolean;
  log: LogTarget;
  /** Whether every request is logged, not only what goes wrong. */
  logRequests: boolean;
};

/** The largest body, bytes. */
const bodyLimit = 64 * 1024;
/** How long a request may take to come in whole, milliseconds. */
const requestTimeout = 10_000;

/** What all services have in common. Routes are added to it afterwards; then it can listen. */
export async function openApp(options: AppOptions, backend: Backend, metrics: Metrics): Promise<App> {
  const app = fastify({
    logger: loggerOptions(options.log, options.logRequests),
    logController: new RequestLog(),
    childLoggerFactory: (logger, bindings, opts, raw) => {
      const traceId = traceIdOf(raw);
      return logger.child(traceId === undefined ? bindings : { ...bindings, traceId }, opts);
    },
    genReqId: requestIdOf,
    trustProxy: options.trustProxy ? (_address, hop) => hop === 0 : false,
    bodyLimit,
    requestTimeout,
    http: { connectionsCheckingInterval: 5_000 },
    return503OnClosing: false, // we say so in our form
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 600 }, // an id of 64 Hangul letters
    ...badRequests,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  // What we answer was held against its shape when this was compiled.
  app.setSerializerCompiler(() => (data) => asRequests(JSON.stringify(data)));
  app.removeContentTypeParser('text/plain');
  answerAllErrors(app);

  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    if (stopping && request.routeOptions.url !== '/health/ready') throw stoppingNow();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) reply.header('connection', 'close');
    done();
  });
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    hsts: false, // whoever ends TLS in front of us says that
  });
  identify(app, options.verify);
  if (options.rateLimit > 0) await limitRate(app, options.rateLimit);
  answerUnknownPaths(app, options.rateLimit > 0 ? app.rateLimit() : undefined);
  await addDocs(app, options.title, options.version);
  addHealth(app, backend, () => stopping);
  addMetrics(app, metrics);
  return app;
}

const stoppingNow = () =>
  new HttpError(503, 'stopping', 'This service is stopping. Try again in a moment.', { retryAfterMs: 1_000 });
