import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerCors, type CorsRule } from './cors.ts';
import type { Route } from './gateway-schema.ts';
import { type Caller, requestHeaders, responseHeaders } from './headers.ts';
import { badRequest, ClientGone, NotServed } from './not-served.ts';
import { passBack } from './pass-back.ts';
import { holds, patternsOf } from './predicates.ts';
import { bodyOf } from './request-body.ts';
import { safePath } from './safe-path.ts';
import { isTraceparent, newTraceparent } from './trace.ts';
import type { Upstream } from './upstream.ts';

export type ForwardOptions = {
  /** The first that takes a request has it. */
  routes: readonly { route: Route; upstream: Upstream }[];
  cors: readonly CorsRule[];
  /** Whether whoever asks is a proxy of ours. */
  trustProxy: boolean;
  mostBodyBytes: number;
  /** Aborts when the gateway stops. */
  closing: AbortSignal;
  /** A clock that never jumps, milliseconds. */
  elapsed(): number;
  /** A service began to answer after so many milliseconds. */
  onAnswer(route: string, ms: number): void;
};

/** Passes a request on to the service of its route, and the answer back, both as they are. */
export const forward = (options: ForwardOptions) => async (request: FastifyRequest, reply: FastifyReply) => {
  const { closing, elapsed } = options;
  const { method, url, raw } = request;
  const path = safePath(url);
  if ((raw.headersDistinct['host']?.length ?? 0) > 1)
    throw badRequest('A request must have one Host header, not several.');
  const rule = options.cors.find((each) => each.path.matches(path));
  const said = rule && answerCors(rule, { method, headers: raw.headers });
  // Before anything else can go wrong: a page may only read of an error what CORS lets it.
  if (said) reply.headers(said.headers);
  if (said?.end === 'refused') throw new NotServed(403, 'cors-refused', said.why!);
  if (said?.end === 'preflight') return reply.code(204).send();

  const { route, upstream } = servedBy(options.routes, method, path);
  request.setDecorator('routeId', route.id);
  if (/websocket/i.test(raw.headers.upgrade ?? '')) throw new NotServed(501, 'no-websockets', noWebSockets);
  const body = bodyOf(raw, options.mostBodyBytes);
  const headers = requestHeaders(raw.rawHeaders, callerOf(request, options.trustProxy));
  const askedAt = elapsed();
  const answer = await upstream.ask({ method, path: url, headers, body }, untilGone(reply.raw));
  options.onAnswer(route.id, elapsed() - askedAt);

  const answered = responseHeaders(answer.headers, { requestId: request.id, ...(said && { cors: said.headers }) });
  // A request that was not read to its end would be taken for the next one.
  if (closing.aborted || !raw.complete) answered.push('connection', 'close');
  reply.hijack();
  passBack(answer, answered, reply.raw, closing, () => request.setDecorator('brokeOff', true));
};

const noWebSockets = 'WebSockets are not passed on. Follow an order by its events: GET /orders/{id}/events.';

/** Aborts when the client goes away before it has its answer. */
function untilGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const check = () => {
    if (!response.writableFinished) gone.abort(new ClientGone());
  };
  if (response.destroyed) check();
  else response.once('close', check);
  return gone.signal;
}

const callerOf = (request: FastifyRequest, trusted: boolean): Caller => ({
  ip: request.raw.socket.remoteAddress ?? '',
  host: request.raw.headers.host ?? '',
  requestId: request.id,
  traceparent: request.getDecorator<string>('traceparent'),
  trusted,
});

/** The trace that a request belongs to, and whether it is one that somebody else began. */
export const traceOf = ({ headers }: FastifyRequest): string =>
  isTraceparent(headers['traceparent']) ? headers['traceparent'] : newTraceparent();

/** @throws {NotServed} 404 */
function servedBy(routes: ForwardOptions['routes'], method: string, path: string): ForwardOptions['routes'][number] {
  const found = routes.find(({ route }) => route.predicates.every((predicate) => holds(predicate, method, path)));
  if (found) return found;
  const patterns = routes.flatMap(({ route }) => patternsOf(route.predicates).map(({ text }) => text));
  const message = `Nobody here answers ${method} ${path}. There are ${patterns.join(', ')}.`;
  throw new NotServed(404, 'no-such-route', message);
}
